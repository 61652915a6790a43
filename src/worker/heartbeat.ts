import { once } from 'node:events';
import { Worker as Thread } from 'node:worker_threads';
import type { ClientConfig } from 'pg';
import { connectionConfig } from '../repositories/connection-config.js';
import type { Database } from '../repositories/database.js';
import { heartbeatWorker } from '../repositories/sql/heartbeat-worker.js';
import type { Telemetry } from '../telemetry/events.js';

type Message =
  | { readonly kind: 'ready' }
  | { readonly kind: 'beat'; readonly blockedMs: number }
  /** The connection of the thread was not answered in time; it takes another. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'failed'; readonly message: string; readonly code?: unknown }
  | { readonly kind: 'lapsed'; readonly reason: string };

const TURN_MS = 100;
const BLOCKED_MS = 1_000;
/** A server that is busy may take as long for an answer. */
const LEAST_PATIENCE_MS = 1_000;

/**
 * Keeps the lease of a worker, from a thread with a connection of its own. The main loop turns a shared counter; a counter
 * that stands still means that a handler computes without a pause, which is told apart from a dead process: the lease is
 * kept, the worker's row says for how long the loop has been blocked, and the deadlines of its attempts still hold.
 */
export class Heartbeat {
  readonly #shared = new SharedArrayBuffer(8);
  readonly #cells = new Int32Array(this.#shared);
  #thread: Thread | null = null;
  #turn: NodeJS.Timeout | null = null;

  constructor(
    private readonly database: Database,
    private readonly telemetry: Telemetry,
    private readonly leaseMs: number,
    private readonly onLapse: (reason: string) => void,
  ) {}

  /**
   * Starts the thread and connects it. Before the worker is registered: a machine that is busy takes longer for this than
   * a short lease lasts, and a worker that has lost its lease when it first beats would never come to anything.
   * @throws if the database cannot be reached
   */
  async connect(): Promise<void> {
    const connection = withoutFunctions(await connectionConfig(this.database, 'heartbeat'));
    this.#turn = setInterval(() => Atomics.add(this.#cells, 0, 1), TURN_MS);
    this.#turn.unref();
    const thread = new Thread(new URL('./heartbeat-thread.mjs', import.meta.url), {
      workerData: {
        connection,
        text: this.database.rendered(heartbeatWorker).text,
        intervalMs: this.leaseMs / 3,
        leaseMs: this.leaseMs,
        shared: this.#shared,
      },
      // The thread is plain JavaScript: loaders that the process was started with have no business in it.
      execArgv: [],
    });
    this.#thread = thread;
    try {
      await isReady(thread);
    } catch (error) {
      await this.stop();
      throw error;
    }
    thread.unref();
  }

  /** Begins to beat for a worker that was registered just now. */
  start(workerId: string): void {
    const thread = this.#thread;
    if (!thread) return;
    thread.on('message', (message: Message) => this.#thread === thread && this.#heard(workerId, message));
    thread.on('error', (error) => {
      this.telemetry.emit('error', { where: 'the heartbeat thread', error });
      if (this.#thread === thread) this.onLapse('its heartbeat thread died');
    });
    thread.postMessage({ start: workerId });
  }

  /** The worker's row says so, for whoever looks. */
  drain(): void {
    Atomics.store(this.#cells, 1, 1);
  }

  async stop(): Promise<void> {
    if (this.#turn) clearInterval(this.#turn);
    const thread = this.#thread;
    this.#thread = null;
    if (!thread) return;
    const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
    thread.ref();
    thread.postMessage('stop');
    const overdue = setTimeout(() => void thread.terminate(), 2_000);
    await ended;
    clearTimeout(overdue);
  }

  #heard(workerId: string, message: Message): void {
    switch (message.kind) {
      case 'ready':
        return;
      case 'beat':
        if (message.blockedMs > BLOCKED_MS)
          this.telemetry.emit('worker.block', { workerId, blockedMs: message.blockedMs });
        return;
      case 'silent':
        return this.database.suspectConnections(Math.max(LEAST_PATIENCE_MS, this.leaseMs / 3));
      case 'failed':
        return this.telemetry.emit('error', { where: 'the heartbeat', error: failureOf(message) });
      case 'lapsed':
        return this.onLapse(message.reason);
    }
  }
}

/** Resolves with the first message of a thread, which says whether it is connected. */
async function isReady(thread: Thread): Promise<void> {
  const [message] = (await once(thread, 'message')) as [Message];
  if (message.kind === 'failed') throw failureOf(message);
}

/** The error of a thread, whose code says what kind it is of. */
function failureOf({ message, code }: Extract<Message, { kind: 'failed' }>): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

/** A thread is given a copy, and functions (such as `ssl.checkServerIdentity`) cannot be copied. */
function withoutFunctions(config: ClientConfig): ClientConfig {
  if (typeof config.ssl !== 'object') return config;
  return {
    ...config,
    ssl: Object.fromEntries(Object.entries(config.ssl).filter(([, value]) => typeof value !== 'function')),
  };
}
