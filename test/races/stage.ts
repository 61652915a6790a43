import { v7 as uuid } from 'uuid';
import { Attempt } from '../../src/engine/attempt.js';
import type { NewJob } from '../../src/engine/new-job.js';
import type { RunListener } from '../../src/engine/run-listener.js';
import { readState, readTables } from '../model/read-state.js';
import type { Row, State } from '../model/state.js';
import { JobsAt, newJob } from '../support/jobs-at.js';
import type { Rowlock } from '../support/rowlock.js';
import { StoppedClock } from '../support/stopped-clock.js';

/** What of a job is left of a race that is told by the clock and by sequences, and so is never the same. */
const PASSING = new Set(['seq', 'token', 'createdAt', 'availableAt', 'claimedAt', 'deadlineAt', 'cancelRequestedAt', 'finishedAt', 'pruneAt']); // prettier-ignore

/** What a scene is made of, in the order in which it may be written; the other way round it may be removed. */
const TABLES = [
  'stopped_clock',
  'worker',
  'claim',
  'job',
  'job_waiting',
  'job_history',
  'unique_key',
  'lock',
  'leader',
];

/** Who is in a scene, by names. */
interface Cast {
  readonly attempts: Map<string, Attempt>;
  readonly names: Map<string, string>;
  readonly ids: Map<string, string>;
}

const nobody = (): Cast => ({ attempts: new Map(), names: new Map(), ids: new Map() });

/** A schema on which a scene is set, time and again, with names for all that is in it. */
export class Stage {
  readonly at: JobsAt;
  readonly #clock: StoppedClock;
  #cast = nobody();
  #kept: { readonly scene: string; readonly cast: Cast } | null = null;
  /** The fencing token of the holder of `Locks` that the scene began with. */
  lockToken = '0';

  constructor(
    readonly rowlock: Rowlock,
    readonly runs: RunListener,
  ) {
    this.at = new JobsAt(rowlock);
    this.#clock = new StoppedClock(rowlock);
  }

  async install(): Promise<void> {
    await this.#clock.install();
    await this.rowlock.query('create table $s.ledger (job_id uuid not null, token bigint not null)');
    for (const table of TABLES) await this.rowlock.query(`create table $s.kept_${table} (like $s.${table})`);
    await this.#install('keep_scene', '', 'kept_');
    await this.#install('restore_scene', 'kept_', '');
  }

  /** A function that replaces what is in the tables of one prefix by what is in those of another. */
  async #install(name: string, from: string, to: string): Promise<void> {
    const removals = TABLES.toReversed().map((table) => `delete from $s.${to}${table};`);
    const copies = TABLES.map((table) => `insert into $s.${to}${table} select * from $s.${from}${table};`);
    const body = `begin ${[...removals, ...copies].join(' ')} end`;
    await this.rowlock.query(`create function $s.${name}() returns void language plpgsql as $$ ${body} $$`);
  }

  /** Sets a scene. One that was set just before is put back as it was then, which takes a fraction of the time. */
  async set(scene: string, prepare: () => Promise<void>): Promise<void> {
    if (this.#kept?.scene === scene) await this.rowlock.query('select $s.restore_scene()');
    else {
      await this.#clear();
      await prepare();
      await this.rowlock.query('select $s.keep_scene()');
      this.#kept = { scene, cast: copyOf(this.#cast) };
    }
    this.#cast = copyOf(this.#kept.cast);
  }

  async #clear(): Promise<void> {
    const tables = TABLES.slice(1).toReversed();
    await this.rowlock.query(`do $$ begin ${tables.map((table) => `delete from $s.${table};`).join(' ')} end $$`);
    this.#cast = nobody();
    await this.setClock(0);
  }

  setClock(moment: number): Promise<void> {
    return this.#clock.set(moment);
  }

  dateOf(moment: number): Date {
    return this.#clock.dateOf(moment);
  }

  async enqueue(name: string, overrides: Partial<NewJob> = {}): Promise<void> {
    await this.rowlock.engine.enqueue(this.rowlock.on, [this.draft(name, overrides)], false);
  }

  /** A job that is still to be enqueued. */
  draft(name: string, overrides: Partial<NewJob> = {}): NewJob {
    return newJob({ id: this.introduce(name), ...overrides });
  }

  async worker(name: string, leaseMs = 3_600_000): Promise<void> {
    const id = await this.at.worker(leaseMs);
    this.#cast.ids.set(name, id);
    this.#cast.names.set(id, name);
  }

  /** @returns the names of the jobs that were claimed, whose attempts have these names too */
  async claim(worker: string): Promise<string[]> {
    const attempts = await this.at.claim({ workerId: this.idOf(worker) });
    for (const attempt of attempts) this.#cast.attempts.set(this.nameOf(attempt.id), attempt);
    return attempts.map(({ id }) => this.nameOf(id));
  }

  attemptOf(name: string): Attempt {
    const attempt = this.#cast.attempts.get(name);
    if (!attempt) throw new Error(`${name} was not claimed`);
    return attempt;
  }

  introduce(name: string): string {
    const id = uuid();
    this.#cast.ids.set(name, id);
    this.#cast.names.set(id, name);
    return id;
  }

  idOf(name: string): string {
    const id = this.#cast.ids.get(name);
    if (id === undefined) throw new Error(`nothing is named ${name}`);
    return id;
  }

  nameOf(id: string): string {
    return this.#cast.names.get(id) ?? id;
  }

  /** What all tables hold, without times and numbers. */
  async state(): Promise<unknown> {
    const [row] = await this.rowlock.on.run(readTables, []);
    if (!row) throw new Error('the statement gives one row');
    const state = readState(row.state, { epoch: this.#clock.epoch, nameOf: (id) => this.nameOf(id) });
    const leader = await this.rowlock.query<{ id: string; term: string }>(
      'select worker_id as id, term from $s.leader',
    );
    return { ...lasting(state), leader: leader.map(({ id, term }) => `${this.nameOf(id)} in term ${term}`) };
  }
}

/** Attempts that nothing has happened to. */
function copyOf({ attempts, names, ids }: Cast): Cast {
  const again = ({ row, definition, workerId, claimedAt }: Attempt): Attempt =>
    new Attempt(row, definition, workerId, claimedAt);
  const copies = [...attempts].map(([name, attempt]) => [name, again(attempt)] as const);
  return { attempts: new Map(copies), names: new Map(names), ids: new Map(ids) };
}

function lasting({ job, lock, uniqueKey, claim, worker }: State): Readonly<Record<string, unknown>> {
  const rows = (map: ReadonlyMap<string, Row>, read: (row: Row) => unknown): unknown[] =>
    [...map.keys()].sort().map((key) => read(map.get(key) ?? {}));
  return {
    jobs: rows(job, (row) => Object.fromEntries(Object.entries(row).filter(([column]) => !PASSING.has(column)))),
    locks: rows(lock, ({ key, job: holder, expiresAt }) => ({ key, holder, leased: expiresAt !== null })),
    uniqueKeys: rows(uniqueKey, ({ key, job: holder, scope }) => ({ key, holder, scope })),
    claims: rows(claim, ({ worker: by, jobs }) => ({ by, jobs }))
      .map((each) => JSON.stringify(each))
      .sort(),
    workers: [...worker.keys()].sort(),
  };
}
