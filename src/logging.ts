/**
 * Logs of what Rowlock does, by winston. Apart from the rest, so that a program that only enqueues does not load it.
 *
 * @example
 * import { createLogger, LogSubscriber } from 'rowlock/logging';
 * new LogSubscriber(container.get(Telemetry), createLogger({ level: 'debug' }));
 *
 * @module
 */
export { LogSubscriber } from './telemetry/log-subscriber.js';
export type { Logger, LoggerOptions } from './telemetry/logger.js';
export { createLogger } from './telemetry/logger.js';
