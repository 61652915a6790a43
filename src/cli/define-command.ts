import type { InferredOptionTypes, Options } from 'yargs';
import type { ExitCode } from './exit-code.js';
import type { GLOBAL_OPTIONS } from './global-options.js';
import type { Output } from './output.js';

/** Options by their names, as they are written after `--`. */
export type CommandOptions = Readonly<Record<string, Options>>;

/** What a command is given. */
export type ArgumentsOf<O extends CommandOptions> = InferredOptionTypes<typeof GLOBAL_OPTIONS & O>;

/** One command. Its file is loaded only when it is called, or asked for help. */
export interface Command<O extends CommandOptions = CommandOptions> {
  readonly options: O;
  readonly run: (args: ArgumentsOf<O>, output: Output) => Promise<ExitCode>;
}

/** Infers the types of a command's arguments from its options. */
export function defineCommand<const O extends CommandOptions>(command: Command<O>): Command<O> {
  return command;
}
