import { styleText } from 'node:util';

/** What is logged: a level, a message, and fields in snake_case. */
export interface LogRecord {
  readonly timestamp: string;
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

const COLOURS = { error: 'red', warn: 'yellow', info: 'green', debug: 'gray' } as const;

/** One line of JSON, `timestamp`, `level` and `message` first. */
export function jsonLine({ timestamp, level, message, ...fields }: LogRecord): string {
  return JSON.stringify({ timestamp, level, message, ...fields });
}

/** One line for people, `12:00:01.234 info  job completed  job_type=greet`, and the stack of an error under it. */
export function prettyLine({ timestamp, level, message, error, ...fields }: LogRecord, colours: boolean): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    colours ? styleText(style, text, { validateStream: false }) : text;
  const failure = (error ?? {}) as Failure;
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => paint('gray', `${name}=`) + shown(value));
  return [
    [
      paint('gray', timestamp.slice(11, 23)),
      paint(COLOURS[level as keyof typeof COLOURS] ?? 'white', level.padEnd(5)),
      message,
      ...(pairs.length > 0 ? [` ${pairs.join(' ')}`] : []),
    ].join(' '),
    ...errorLines(failure).map((line) => paint('gray', `    ${line}`)),
  ].join('\n');
}

function shown(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value);
}

/** An error as it is logged. */
interface Failure {
  readonly type?: string;
  readonly message?: string;
  readonly stack?: string;
}

/** The stack begins with name and message, if there is one. */
function errorLines({ type, message, stack }: Failure): readonly string[] {
  if (stack !== undefined) return stack.split('\n');
  return message === undefined ? [] : [`${type ?? 'Error'}: ${message}`];
}
