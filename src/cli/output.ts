import { RowlockError } from '../core/errors.js';
import { redactText } from '../core/redact-text.js';

const MAX_FRAMES = 5;

/** Where a command says what: results to standard output, all else to standard error. */
export class Output {
  /** @param json whether results and errors are one JSON object each, for programs */
  constructor(readonly json: boolean) {}

  /** The result, as text for people or as an object for programs. */
  result(text: string, object: Readonly<Record<string, unknown>>): void {
    process.stdout.write(`${this.json ? JSON.stringify(object) : text}\n`);
  }

  /** What a person may want to know meanwhile. */
  note(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  /** Why the command failed. An error that we did not expect brings its stack. */
  failure(error: unknown): void {
    const expected = error instanceof RowlockError;
    const message = redactText(error instanceof Error ? error.message : String(error));
    if (this.json) {
      const object = { error: { code: expected ? error.code : 'UNEXPECTED', message } };
      return void process.stderr.write(`${JSON.stringify(object)}\n`);
    }
    const stack = !expected && error instanceof Error && error.stack ? redactText(error.stack) : `rowlock: ${message}`;
    process.stderr.write(`${stack}\n${expected ? causeOf(error) : ''}`);
  }
}

/** The error of a user's own code is behind ours, and where in their code it happened is for them to see. */
function causeOf({ code, cause }: RowlockError): string {
  if (code === 'DATABASE_UNREACHABLE' || !(cause instanceof Error) || cause instanceof RowlockError) return '';
  const frames = (cause.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !/node_modules|node:/.test(line));
  return frames.length === 0 ? '' : `${redactText(frames.slice(0, MAX_FRAMES).join('\n'))}\n`;
}
