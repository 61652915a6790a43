import path from 'node:path';
import ts from 'typescript';

/** A line that must not compile, and part of the message that must say why. */
interface Refusal {
  readonly directive: number;
  /** The line that the directive is about: the next one that holds code. */
  readonly line: number;
  readonly message: string;
}

/** `@ts-expect-error`, and after it on the same line the part of the message that is expected. */
const DIRECTIVE = /\/\/ @ts-expect-error(.*)$/;

/**
 * Compiles files whose refused lines are marked `// @ts-expect-error <part of the message>`, with the marks taken out,
 * and compares what the compiler says with what they ask for. `tsc` alone would accept a line that is refused for
 * another reason than the one that it shows.
 *
 * @param files Absolute paths.
 * @returns For each file what is wrong with it, in words; an empty list if all is as marked.
 */
export function checkTypeErrors(root: string, files: readonly string[]): Map<string, string[]> {
  const program = compile(root, files);
  return new Map(files.map((file) => [file, compare(program, file)]));
}

function compile(root: string, files: readonly string[]): ts.Program {
  const configFile = path.join(root, 'tsconfig.json');
  const { config } = ts.readConfigFile(configFile, (name) => ts.sys.readFile(name)) as { config: unknown };
  const { options: configured } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  // Nothing is written, so the files may lie anywhere.
  const options: ts.CompilerOptions = { ...configured, noEmit: true, rootDir: undefined };
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  host.readFile = (name) => {
    const text = readFile(name);
    return text !== undefined && files.includes(path.resolve(name))
      ? text.replaceAll('@ts-expect-error', 'expected:')
      : text;
  };
  return ts.createProgram([...files], options, host);
}

function compare(program: ts.Program, file: string): string[] {
  const source = program.getSourceFile(file);
  if (!source) return ['the compiler did not find it'];
  const refusals = findRefusals(ts.sys.readFile(file) ?? '');
  const errors = ts.getPreEmitDiagnostics(program, source).map((diagnostic) => ({
    line: source.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line,
    message: ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'),
  }));
  const unexpected = errors
    .filter(({ line }) => !refusals.some((refusal) => refusal.line === line))
    .map(({ line, message }) => `line ${line + 1} is refused and not marked: ${message}`);
  return [...unexpected, ...refusals.flatMap((refusal) => judge(refusal, errors))];
}

function judge(refusal: Refusal, errors: readonly { line: number; message: string }[]): string[] {
  const where = `line ${refusal.directive + 1}`;
  if (!refusal.message) return [`${where} does not say which message it expects`];
  const messages = errors.filter(({ line }) => line === refusal.line).map(({ message }) => message);
  if (messages.length === 0) return [`${where} expects "${refusal.message}", and the next line compiles`];
  if (messages.some((message) => message.includes(refusal.message))) return [];
  return [`${where} expects "${refusal.message}", and the compiler says: ${messages.join('\n')}`];
}

function findRefusals(text: string): Refusal[] {
  const lines = text.split('\n');
  return lines.flatMap((content, directive) => {
    const found = DIRECTIVE.exec(content);
    if (!found) return [];
    const isCode = (line: string, index: number) => index > directive && !/^\s*(\/\/|$)/.test(line);
    return [{ directive, line: lines.findIndex(isCode), message: (found[1] ?? '').trim() }];
  });
}
