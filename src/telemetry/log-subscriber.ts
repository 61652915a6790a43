import { sqlFailure } from '../repositories/sql-errors.js';
import type { EventName, Events, Telemetry } from './events.js';
import type { LineLevel, LoggedEvent } from './log-lines.js';
import { LINES } from './log-lines.js';
import type { Logger } from './logger.js';

/**
 * An error that comes again and again is written once in this time, for each place that it comes from. A database that is
 * away, or takes no writes, is one place, whoever meets it.
 */
const ERROR_PAUSE_MS = 1_000;
const DATABASE = 'the database';
/** Places are few; should one ever name a job, they are forgotten before they are many. */
const MAX_PLACES = 1_000;

/**
 * Writes a line for each event that is worth one. Levels that the logger leaves out are not subscribed to, so that what
 * nobody reads costs nothing: at `warn`, a busy worker makes no event of what goes well.
 */
export class LogSubscriber {
  readonly #ends: (() => void)[] = [];
  readonly #errors = new Map<string, { at: number; left: number }>();
  readonly #listening = new Set<string>();
  #unavailable = false;

  constructor(
    telemetry: Telemetry,
    private readonly logger: Logger,
    private readonly now: () => number = () => performance.now(),
  ) {
    const on = <Name extends EventName>(name: Name, listener: (event: Events[Name]) => void): void => {
      this.#ends.push(telemetry.on(name, listener));
    };
    for (const name of Object.keys(LINES) as LoggedEvent[]) {
      if (this.#reads(name)) on(name, (event) => this.#write(name, event));
    }
    on('listen.connect', ({ channel }) => this.#connected(channel));
    on('listen.lost', ({ error }) => this.#lost(error));
    on('listen.unavailable', ({ reason }) => this.#cannotListen(reason));
    on('error', (event) => this.#failed(event));
  }

  /** Ends the subscription. */
  close(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  #reads(name: LoggedEvent): boolean {
    // Its lines may be of any level.
    if (name === 'job.log') return this.logger.isLevelEnabled('error');
    return this.logger.isLevelEnabled(LINES[name].level);
  }

  #write<Name extends LoggedEvent>(name: Name, event: Events[Name]): void {
    const { level: usual, line } = LINES[name];
    const { level = usual, message, fields } = line(event);
    this.#log(level, message, fields);
  }

  /** As one object: winston would append a field named `message` to the message. */
  #log(level: LineLevel, message: string, fields: Readonly<Record<string, unknown>>): void {
    this.logger.log({ ...fields, level, message });
  }

  /** Connections come and go; only changes are told. */
  #connected(channel: string): void {
    if (this.#listening.has(channel)) return;
    this.#listening.add(channel);
    this.#log('info', 'listening for new jobs', { channel });
  }

  #lost(error: Error): void {
    if (this.#listening.size === 0) return;
    this.#listening.clear();
    this.#log('warn', 'the connection that listens was lost; polling until it is back', { error });
  }

  #cannotListen(reason: string): void {
    if (this.#unavailable) return;
    this.#unavailable = true;
    this.#log('warn', 'notifications do not arrive; from now on by polling alone', { reason });
  }

  #failed({ where, error, retryInMs }: Events['error']): void {
    const place = sqlFailure(error) === 'connection' ? DATABASE : where;
    const known = this.#errors.get(place);
    const now = this.now();
    if (known && now - known.at < ERROR_PAUSE_MS) {
      known.left++;
      return;
    }
    if (this.#errors.size >= MAX_PLACES) this.#errors.clear();
    this.#errors.set(place, { at: now, left: 0 });
    this.#log('error', `${where} failed`, {
      where,
      ...(retryInMs !== undefined && { retry_in_ms: Math.round(retryInMs) }),
      ...(known && known.left > 0 && { not_logged: known.left }),
      error: error instanceof Error ? error : { type: typeof error, message: String(error) },
    });
  }
}
