import type { InferredOptionTypes, Options } from 'yargs';
import type { ExitCode } from './exit-code.js';
import type { GLOBAL_OPTIONS } from './global-options.js';
import type { Output } from './output.js';

/** Options by their names, as they are written after `--`. */
export type CommandOptions = Readonly<Record<string, Options>>;

/** What stands on the command line without a name, each with what it is; in the order of the command's usage. */
export type Positionals = Readonly<Record<string, string>>;

type NoPositionals = Readonly<Record<never, string>>;

/** What a command is given. */
export type ArgumentsOf<O extends CommandOptions, P extends Positionals = NoPositionals> = InferredOptionTypes<
  typeof GLOBAL_OPTIONS & O
> &
  Readonly<Record<keyof P & string, string>>;

/** One command. Its file is loaded only when it is called, or asked for help. */
export interface Command<O extends CommandOptions = CommandOptions, P extends Positionals = NoPositionals> {
  readonly options: O;
  readonly positionals: P;
  readonly run: (args: ArgumentsOf<O, P>, output: Output) => Promise<ExitCode>;
}

/** Infers the types of a command's arguments from its options and positionals. */
export function defineCommand<const O extends CommandOptions, const P extends Positionals = NoPositionals>({
  positionals = {} as P,
  ...command
}: Omit<Command<O, P>, 'positionals'> & { readonly positionals?: P }): Command<O, P> {
  return { ...command, positionals };
}
