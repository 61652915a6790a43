import { afterEach } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { WorkerOptions } from '../../src/container/options.js';
import type { EventName } from '../../src/telemetry/events.js';
import { ROOT } from './cli.js';
import { withClient } from './database.js';
import { Diary } from './diary.js';
import { eventually } from './eventually.js';
import { sessionsEnd } from './leaks.js';
import type { WorkSettings } from './programs/work.js';
import type { Graph } from './random-graph.js';
import type { Rowlock } from './rowlock.js';
import { testPoolerUrl } from './test-pooler-url.js';

/** How a worker process works. */
export interface WorkerProcessOptions {
  readonly worker?: WorkerOptions;
  /** Events to report besides the rare ones. */
  readonly events?: readonly EventName[];
  /** Whether to write a log as `rowlock worker` does, at level `info`. */
  readonly log?: boolean;
  /** Whether its completions ask for no fencing token: an engine that the checker must convict. */
  readonly unfenced?: boolean;
  /** Pipelines that it knows besides the tasks. */
  readonly graphs?: readonly Graph[];
  /** The way to the database, if it is not that of the run. */
  readonly url?: string;
  /** Variables besides those of this process. */
  readonly env?: NodeJS.ProcessEnv;
}

/** One JSON line that a worker process has written: an event with its fields, or a line of its log. */
export type WorkerLine = Readonly<Record<string, unknown>> & { readonly event?: EventName; readonly at?: number };

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A worker in a process of its own. */
export interface WorkerProcess {
  readonly pid: number;
  /** The id under which it registered first. */
  readonly id: string;
  readonly ended: Promise<ProcessEnd>;
  /** All that it has written so far. */
  readonly lines: readonly WorkerLine[];
  /** What it has written to standard error so far. */
  readonly complaints: string;
  events(name: EventName): readonly WorkerLine[];
  /** Waits for an event; one that has happened counts. */
  event(name: EventName, which?: (event: WorkerLine) => boolean): Promise<WorkerLine>;
  signal(signal: NodeJS.Signals): void;
}

/** Rare enough to be reported always, and what a failed test is explained by. */
const RARE: readonly EventName[] = [
  'worker.start', 'worker.drain', 'worker.abort', 'worker.lapse', 'worker.stuck', 'leader.elect', 'leader.resign',
  'listen.connect', 'listen.lost', 'listen.unavailable', 'job.rescue', 'job.lost', 'error',
]; // prettier-ignore

const QUICK: WorkerOptions = {
  lease: '1s',
  sweepInterval: '200ms',
  pollInterval: '500ms',
  shutdownTimeout: '10s',
  listen: testPoolerUrl() === undefined,
};

/** Starts worker processes, and ends those that a test leaves. */
export class WorkerProcesses {
  readonly #running = new Map<ChildProcess, Promise<ProcessEnd>>();
  #rowlock: Rowlock | null = null;

  /** The name by which sessions of these processes, and only theirs, are found. */
  static sessionName(rowlock: Rowlock): string {
    return `${rowlock.schema}_worker`;
  }

  /** Resolves when the worker claims. */
  async start(rowlock: Rowlock, options: WorkerProcessOptions = {}): Promise<WorkerProcess> {
    this.#rowlock = rowlock;
    const settings: WorkSettings = {
      url: options.url ?? rowlock.applicationUrl,
      diaryUrl: rowlock.url,
      schema: rowlock.schema,
      applicationName: WorkerProcesses.sessionName(rowlock),
      worker: { ...QUICK, ...options.worker },
      events: [...RARE, ...(options.events ?? [])],
      log: options.log ?? false,
      unfenced: options.unfenced ?? false,
      graphs: options.graphs ?? [],
    };
    const file = path.join(ROOT, 'test/support/programs/work.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', file], {
      cwd: ROOT,
      env: { ...process.env, NODE_OPTIONS: '', ...options.env, WORK: JSON.stringify(settings) },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
    this.#running.set(child, ended);
    return this.#started(child, ended);
  }

  /** Kills what runs, stopped processes too, and makes sure that no session of theirs is left. */
  async killAll(): Promise<void> {
    for (const child of this.#running.keys()) child.kill('SIGKILL');
    await Promise.all(this.#running.values());
    this.#running.clear();
    const rowlock = this.#rowlock;
    if (!rowlock) return;
    await withClient(rowlock.url, async (client) => {
      for (const name of [WorkerProcesses.sessionName(rowlock), Diary.sessionName(rowlock.schema)])
        await sessionsEnd(client, name);
    });
  }

  async #started(child: ChildProcess, ended: Promise<ProcessEnd>): Promise<WorkerProcess> {
    const lines: WorkerLine[] = [];
    let complaints = '';
    child.stderr?.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    if (child.stdout) createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line) as WorkerLine));
    const events = (name: EventName): WorkerLine[] => lines.filter(({ event }) => event === name);
    const event: WorkerProcess['event'] = (name, which = () => true) =>
      eventually(
        `worker process ${child.pid} reports ${name}`,
        () => {
          const found = events(name).find(which);
          if (!found && (child.exitCode ?? child.signalCode) !== null) throw new Error(`it has ended: ${complaints}`);
          return found;
        },
        { timeout: 90_000 },
      );
    const first = await event('worker.start');
    return {
      pid: child.pid ?? 0,
      id: String(first['workerId']),
      ended,
      lines,
      get complaints() {
        return complaints;
      },
      events,
      event,
      signal: (signal) => void child.kill(signal),
    };
  }
}

/**
 * Worker processes for the tests of a file, killed after each. To be called before `useRowlock`, whose tables they use.
 * @example const workers = useWorkerProcesses();
 * const rowlock = useRowlock();
 */
export function useWorkerProcesses(): WorkerProcesses {
  const workers = new WorkerProcesses();
  afterEach(() => workers.killAll());
  return workers;
}
