import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { withClient } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import type { OwnServer } from '../support/own-server.js';
import type { Random } from '../support/random.js';
import type { Rowlock } from '../support/rowlock.js';
import { WorkerProcesses } from '../support/worker-processes.js';
import { type SoakWorkers, workerIds } from './soak-workers.js';

/** What faults are done to. */
export interface Scene {
  readonly rowlock: Rowlock;
  readonly workers: SoakWorkers;
  readonly random: Random;
  /** The server, if it is the soak's own. */
  readonly server: OwnServer | null;
  /** Enqueues a job that takes long, and no notice of its signal. @returns its id */
  readonly enqueueLong: () => Promise<string>;
  /** What goes on while other faults happen; awaited in the end. */
  readonly beside: Promise<unknown>[];
}

/** That a fault happened. Moments are epoch milliseconds. */
export interface FaultRecord {
  readonly fault: string;
  readonly at: number;
  /** When everything was as before; of a dead process, when it died. */
  readonly healedAt: number;
  /** The workers that it happened to, if not to all. */
  readonly workerIds: readonly string[];
  /** Of a process that stood still: whether another was at work on its job when it went on. */
  readonly overtaken?: boolean;
}

/** Lets something go wrong, and puts it right; null: this time nothing happened. */
export type Fault = (scene: Scene) => Promise<Omit<FaultRecord, 'fault'> | null>;

/** A process dies at whatever it is doing; another takes its place. */
const kill: Fault = async ({ workers, random }) => {
  const victim = workers.any(random);
  const at = Date.now();
  victim.signal('SIGKILL');
  await victim.ended;
  await workers.replace(victim);
  return { at, healedAt: at, workerIds: workerIds(victim) };
};

/** A process stands still in the midst of a job, until another has taken that up; then it goes on as if nothing was. */
const pause: Fault = async ({ rowlock, workers, enqueueLong }) => {
  const id = await enqueueLong();
  const { token, workerId } = await eventually('a worker works on it', () => runningVisit(rowlock, id), PATIENCE);
  const victim = workers.withId(workerId);
  const at = Date.now();
  victim.signal('SIGSTOP');
  const overtaken = await eventually('another works on it', () => laterVisit(rowlock, id, token), PATIENCE);
  victim.signal('SIGCONT');
  return { at, healedAt: Date.now(), workerIds: workerIds(victim), overtaken };
};

const PATIENCE = { timeout: 30_000 };

async function runningVisit(
  rowlock: Rowlock,
  id: string,
): Promise<{ readonly token: string; readonly workerId: string } | undefined> {
  const [visit] = await rowlock.query<{ token: string; workerId: string }>(
    `select j.token::text as token, j.worker_id as "workerId" from $s.visit v join $s.job j on j.id = v.job_id and j.token = v.token
     where v.job_id = $1 and v.left_at is null`,
    [id],
  );
  return visit;
}

function laterVisit(rowlock: Rowlock, id: string, token: string): Promise<boolean> {
  return rowlock.value('select exists (select from $s.visit where job_id = $1 and token > $2 and left_at is null)', [
    id,
    token,
  ]);
}

/** All sessions of workers and producers end at once. */
const terminate: Fault = async ({ rowlock }) => {
  const at = Date.now();
  await rowlock.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name in ($1, $2) and pid <> pg_backend_pid()`,
    [rowlock.schema, WorkerProcesses.sessionName(rowlock)],
  );
  return { at, healedAt: Date.now(), workerIds: [] };
};

/** Somebody has locked a table: a migration by hand, say. */
const stall: Fault = async ({ rowlock, random }) => {
  const [table = 'job'] = random.some(['job', 'job_waiting', 'worker', 'claim', 'lock'], 1);
  const at = Date.now();
  await withClient(rowlock.url, async (client) => {
    await client.query(`begin; lock table ${rowlock.schema}.${table} in access exclusive mode`);
    await delay(300 + random.below(1_200));
    await client.query('commit');
  });
  return { at, healedAt: Date.now(), workerIds: [] };
};

/** A long report keeps the server from removing what is dead. Unless it is ended before, with the server. */
const snapshot: Fault = ({ rowlock, random, beside }) => {
  const at = Date.now();
  const hold = async (ms: number): Promise<void> => {
    const client = new pg.Client(rowlock.url).on('error', () => undefined);
    await client.connect();
    await client.query(`begin isolation level repeatable read; select from ${rowlock.schema}.job limit 1`);
    await delay(ms);
    await client.end();
  };
  beside.push(hold(5_000 + random.below(10_000)).catch(() => undefined));
  return Promise.resolve({ at, healedAt: at, workerIds: [] });
};

/** The server throws everything away that is not committed, and recovers. */
const restart: Fault = async ({ server, random }) => {
  if (!server) throw new Error('the server is not ours');
  const at = Date.now();
  await (random.next() < 0.5 ? server.stop('immediate') : server.kill());
  await server.start();
  return { at, healedAt: Date.now(), workerIds: [] };
};

/** The system kills one session of a worker: the server takes its memory for damaged, ends all others, and recovers. */
const crash: Fault = async ({ server, rowlock }) => {
  if (!server) throw new Error('the server is not ours');
  const pid = await eventually(
    'a worker has a session',
    () =>
      rowlock.value<number | undefined>('select pid from pg_stat_activity where application_name = $1 limit 1', [
        WorkerProcesses.sessionName(rowlock),
      ]),
    PATIENCE,
  );
  const before = await recoveredAt(rowlock);
  const at = Date.now();
  process.kill(pid, 'SIGKILL');
  await eventually('the server is back', async () => (await recoveredAt(rowlock)) !== before, PATIENCE);
  return { at, healedAt: Date.now(), workerIds: [] };
};

/** A server that has just been hurt answers until it notices: its checkpointer is another when it has recovered. */
function recoveredAt(rowlock: Rowlock): Promise<string | null> {
  return rowlock.value(`select max(backend_start)::text from pg_stat_activity where backend_type = 'checkpointer'`);
}

/** Whatever can go wrong in a soak, by its name. */
export const FAULTS = { kill, pause, terminate, stall, snapshot, restart, crash } satisfies Readonly<
  Record<string, Fault>
>;
