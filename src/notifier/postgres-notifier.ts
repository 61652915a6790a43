import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { connectionConfig } from '../repositories/connection-config.js';
import type { Database } from '../repositories/database.js';
import { destroyClient, endClient } from '../repositories/pg-client.js';
import { notify } from '../repositories/sql/notify.js';
import { quoteIdentifier } from '../repositories/statement.js';
import type { Telemetry } from '../telemetry/events.js';
import type { Notifier, NotifierCallbacks } from './notifier.js';

const PROBE_MS = 3_000;
const CHECK_MS = 30_000;
const ANSWER_MS = 10_000;
const RECONNECT_MS = { first: 100, last: 30_000 };

/**
 * LISTEN on a connection of its own. After each connect it proves that notifications arrive, by sending one through the
 * data source's pool: behind a transaction pooler LISTEN succeeds and delivers nothing, and stays behind in a session that is
 * somebody else's next. So it is tried on a channel of which nobody hears anything else. A connection that is lost is made
 * again with growing pauses, and every connect is followed by a full look, for what was missed meanwhile.
 */
export class PostgresNotifier implements Notifier {
  #client: pg.Client | null = null;
  #running = false;
  /** Notifications do not arrive here; a new start need not find that out again. */
  #unavailable = false;
  #listening = false;
  #proven = false;
  #timer: NodeJS.Timeout | null = null;
  #pause = RECONNECT_MS.first;
  #probe: { readonly payload: string; readonly arrived: () => void } | null = null;

  constructor(
    private readonly database: Database,
    private readonly telemetry: Telemetry,
    private readonly callbacks: NotifierCallbacks,
  ) {}

  get listening(): boolean {
    return this.#listening;
  }

  /** Resolves when it is known whether notifications arrive; a database that is away is tried again in the background. */
  async start(): Promise<void> {
    if (this.#unavailable) return this.callbacks.onReady(false);
    this.#running = true;
    await this.#connect();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#listening = false;
    if (this.#timer) clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = null;
    if (client) await endClient(client);
  }

  async #connect(): Promise<void> {
    if (!this.#running) return;
    let client: pg.Client | null = null;
    try {
      client = new pg.Client({ ...(await connectionConfig(this.database, 'listen')), query_timeout: ANSWER_MS });
      if (!this.#mayConnect()) return;
      await this.#listen(client);
      await this.#prove(client);
    } catch (error) {
      if (client) this.#lost(client, error as Error);
      else this.#retryLater(error as Error);
    }
  }

  async #listen(client: pg.Client): Promise<void> {
    this.#client = client;
    client.on('error', (error) => this.#lost(client, error));
    client.on('end', () => this.#lost(client, new Error('the connection was closed')));
    client.on('notification', ({ channel, payload }) => this.#heard(channel, payload ?? ''));
    await client.connect();
    await client.query(`listen ${quoteIdentifier(this.database.probeChannel)}`);
  }

  /** Stopped, or stopped and started again, while the configuration was asked for. */
  #mayConnect(): boolean {
    return this.#running && this.#client === null;
  }

  async #prove(client: pg.Client): Promise<void> {
    const arrived = await this.#arrives();
    if (this.#client !== client) return;
    if (!arrived) return this.#giveUp(client);
    const { jobChannel, cancelChannel, probeChannel } = this.database;
    await client.query(`unlisten ${quoteIdentifier(probeChannel)}`);
    for (const channel of [jobChannel, cancelChannel]) await client.query(`listen ${quoteIdentifier(channel)}`);
    if (this.#client !== client) return;
    this.#proven = true;
    this.#listening = true;
    this.#pause = RECONNECT_MS.first;
    this.telemetry.emit('listen.connect', { channel: this.database.jobChannel });
    this.#scheduleCheck(client);
    this.callbacks.onReady(true);
    this.callbacks.onJobs();
    this.callbacks.onCancel();
  }

  /** The wait begins when the probe has been sent: a connection of the pool may be long in coming. */
  async #arrives(): Promise<boolean> {
    const payload = randomUUID();
    let overdue: NodeJS.Timeout | undefined;
    const probe = { payload, arrived: (): void => undefined };
    const heard = new Promise<boolean>((resolve) => (probe.arrived = () => resolve(true)));
    this.#probe = probe;
    try {
      await this.database.run(notify, [this.database.probeChannel, payload]);
      // A blocked event loop reads what has arrived only after its timers have fired: so one turn later.
      const missed = new Promise<boolean>((resolve) => {
        overdue = setTimeout(() => setImmediate(() => resolve(false)), PROBE_MS);
        overdue.unref(); // a stop does not wait for it
      });
      return await Promise.race([heard, missed]);
    } finally {
      clearTimeout(overdue);
      if (this.#probe === probe) this.#probe = null;
    }
  }

  /** Proven once, it is the network that fails, not the pooler. */
  #giveUp(client: pg.Client): void {
    if (this.#proven) return this.#lost(client, new Error('notifications no longer arrive'));
    this.#client = null;
    this.#running = false;
    this.#unavailable = true;
    void endClient(client);
    this.telemetry.emit('listen.unavailable', {
      reason:
        'LISTEN was accepted, but a notification did not arrive: this looks like a transaction pooler. Polling instead.',
    });
    this.callbacks.onReady(false);
  }

  /** A half-open connection is silent: asked now and then, it fails, and is made again. */
  #scheduleCheck(client: pg.Client): void {
    this.#timer = setTimeout(() => {
      client
        .query('select 1')
        .then(() => this.#client === client && this.#scheduleCheck(client))
        .catch((error: Error) => this.#lost(client, error));
    }, CHECK_MS);
    this.#timer.unref();
  }

  #heard(channel: string, payload: string): void {
    if (channel === this.database.probeChannel) {
      if (payload === this.#probe?.payload) this.#probe.arrived();
    } else if (channel === this.database.cancelChannel) this.callbacks.onCancel();
    else this.callbacks.onJobs();
  }

  #lost(client: pg.Client, error: Error): void {
    if (this.#client !== client) return;
    this.#client = null;
    destroyClient(client);
    this.#retryLater(error);
  }

  #retryLater(error: Error): void {
    if (!this.#running) return;
    if (this.#listening || !this.#proven) this.telemetry.emit('listen.lost', { error });
    this.#listening = false;
    this.callbacks.onReady(false);
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connect(), this.#pause * (0.5 + Math.random() / 2));
    this.#timer.unref();
    this.#pause = Math.min(this.#pause * 2, RECONNECT_MS.last);
  }
}
