import type { Logger } from 'winston';
import { createLogger as createWinstonLogger, format, transports } from 'winston';
import { DefinitionError } from '../core/errors.js';
import { jsonLine, prettyLine, type LogRecord } from './log-line.js';
import { redact } from './redact.js';

export type { Logger };

/** From what matters most to what matters least; `silent` is none. */
export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where a log goes: a stream, of which a terminal says that it is one. */
export type LogStream = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** How a log is written. */
export interface LoggerOptions {
  /** Default: ROWLOCK_LOG_LEVEL, else `info`. */
  readonly level?: LogLevel;
  /** `json`: an object a line. `pretty`: for people. Default: ROWLOCK_LOG_FORMAT, else `pretty` on a terminal only. */
  readonly format?: 'json' | 'pretty';
  /** Default: standard output. */
  readonly stream?: LogStream;
}

/**
 * A winston logger that writes one JSON object a line (`timestamp`, `level`, `message`, then fields), or readable lines on
 * a terminal, in colour unless NO_COLOR is set. Secrets are taken out of messages and fields.
 *
 * @throws DefinitionError `OPTION_INVALID` naming the levels or formats that there are
 * @example
 * const logger = createLogger({ level: 'debug' });
 * new LogSubscriber(container.get(Telemetry), logger);
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const stream: LogStream = options.stream ?? process.stdout;
  const terminal = stream.isTTY === true;
  const level = oneOf(LOG_LEVELS, 'level', options.level ?? process.env['ROWLOCK_LOG_LEVEL'], 'info');
  const style = oneOf(
    ['json', 'pretty'] as const,
    'format',
    options.format ?? process.env['ROWLOCK_LOG_FORMAT'],
    terminal ? 'pretty' : 'json',
  );
  const colours = terminal && !process.env['NO_COLOR'];
  return createWinstonLogger({
    level: level === 'silent' ? 'error' : level,
    silent: level === 'silent',
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: format.printf((info) => {
      const record = {
        timestamp: new Date().toISOString(),
        ...(redact(info) as Omit<LogRecord, 'timestamp'>),
      } as LogRecord;
      return style === 'json' ? jsonLine(record) : prettyLine(record, colours);
    }),
    transports: [new transports.Stream({ stream })],
  });
}

/** An empty variable of the environment counts as not set. */
function oneOf<T extends string>(known: readonly T[], option: string, given: string | undefined, fallback: T): T {
  if (given === undefined || given === '') return fallback;
  if ((known as readonly string[]).includes(given)) return given as T;
  const names = known.join(', ');
  throw new DefinitionError(
    'OPTION_INVALID',
    `Log ${option} "${given}" is none of: ${names}. Set ROWLOCK_LOG_${option.toUpperCase()} to one of them.`,
  );
}
