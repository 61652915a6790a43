import { PassThrough } from 'node:stream';
import { createLogger, type Logger, type LoggerOptions } from '../../src/telemetry/logger.js';

/** A logger, and what it has written so far. */
export interface LogCapture {
  readonly logger: Logger;
  /** The lines as they were written. */
  text(): string;
  /** The lines as objects. */
  lines(): Record<string, unknown>[];
}

/** A logger whose lines a test can read. */
export function captureLog(options: Omit<LoggerOptions, 'stream'> & { readonly terminal?: boolean } = {}): LogCapture {
  const { terminal = false, ...rest } = options;
  let text = '';
  const stream = Object.assign(new PassThrough(), { isTTY: terminal });
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return {
    logger: createLogger({ ...rest, stream }),
    text: () => text,
    lines: () =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
