import type { EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { Application } from '../support/application.js';
import { eventually } from '../support/eventually.js';
import type { buildGraph } from '../support/graph-pipeline.js';
import { answerTo } from '../support/graph-pipeline.js';
import type { Graph } from '../support/random-graph.js';
import { namesOf, randomScript } from '../support/random-graph.js';
import type { Random } from '../support/random.js';
import type { Rowlock } from '../support/rowlock.js';
import { Booked, Guarded, type KeyedTask, Locked, Plain, type Task, Unique } from '../support/task-handlers.js';

/** More than these wait or run: the workers cannot keep up, and the producers wait. */
const MAX_UNFINISHED = 150;
const [LOCK_KEYS, UNIQUE_KEYS, SECTIONS] = [8, 10, 4];
const BULK = 20;
/** Longer than a worker that stands still is left alone by the others. */
const LONG_MS = 3_000;
const REFUSED = new Error('the order was not taken');
const PATIENCE = { timeout: 90_000, interval: 50 };

/** What the producers know of the pipelines. */
export interface KnownGraph {
  readonly graph: Graph;
  readonly definition: ReturnType<typeof buildGraph>;
}

/** Enqueues by every way there is, whatever happens to the database meanwhile, and remembers what it was told. */
export class SoakProducer {
  /** Ids that an enqueue has returned: each must end, once. */
  readonly acknowledged = new Set<string>();
  /** Ids of transactions that were rolled back: nothing of them must be. */
  readonly rolledBack = new Set<string>();
  /** Ids of transactions whose commit was not answered: all of one must be there, or none. */
  readonly inDoubt: (readonly string[])[] = [];
  /** Tags of jobs that were enqueued in one call, which was not answered: all of one must be there, or none. */
  readonly bulksInDoubt: string[] = [];
  /** Runs that were started; each must end. */
  readonly runs = new Set<string>();

  constructor(
    private readonly rowlock: Rowlock,
    private readonly application: Application,
    private readonly random: Random,
    private readonly graphs: readonly KnownGraph[],
  ) {}

  /** How many jobs a call has that was not answered. */
  readonly bulkSize = BULK;

  /** Enqueues until `over`. */
  async produce(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await eventually('the workers keep up', async () => over.aborted || (await this.#keepsUp()), PATIENCE);
      await this.#one();
    }
  }

  /** Enqueues a job that takes longer than a worker that stands still is left alone. @returns its id */
  async enqueueLong(): Promise<string> {
    const id = uuid();
    const enqueue = () => this.application.jobs.enqueue(Plain, { fate: 'ignore', ms: LONG_MS }, { id, priority: 0 });
    await eventually('a long job is enqueued', enqueue, PATIENCE);
    this.acknowledged.add(id);
    return id;
  }

  async #keepsUp(): Promise<boolean> {
    return this.rowlock.value(
      `select (select count(*) from $s.job) + (select count(*) from $s.job_waiting) < ${MAX_UNFINISHED}`,
    );
  }

  #one(): Promise<void> {
    const draw = this.random.below(100);
    if (draw < 55) return this.#single();
    if (draw < 75) return this.#transaction();
    if (draw < 85) return this.#bulk();
    return this.#run();
  }

  /** Again and again until it is acknowledged: by its id, it will be there once. */
  async #single(): Promise<void> {
    const [id, { jobs }, draw] = [uuid(), this.application, this.random.below(100)];
    const task = this.#task();
    const [locked, unique, guarded] = [this.#keyed('lock', LOCK_KEYS), this.#keyed('unique', UNIQUE_KEYS), this.#keyed('section', SECTIONS)]; // prettier-ignore
    const { id: known } = await eventually(
      'a job is enqueued',
      () => {
        if (draw < 30) return jobs.enqueue(Locked, locked, { id });
        if (draw < 45) return jobs.enqueue(Unique, unique, { id });
        if (draw < 60) return jobs.enqueue(Guarded, guarded, { id });
        return jobs.enqueue(draw < 65 ? Booked : Plain, task, { id });
      },
      PATIENCE,
    );
    this.acknowledged.add(known);
  }

  async #transaction(): Promise<void> {
    const ids = [uuid(), uuid()];
    const refuses = this.random.next() < 0.3;
    const tasks = [this.#task(), this.#task()] as const;
    const enqueueBoth = async (manager: EntityManager): Promise<void> => {
      await this.application.jobs.enqueue(Booked, tasks[0], { id: String(ids[0]), manager });
      await this.application.jobs.enqueue(Plain, tasks[1], { id: String(ids[1]), manager });
      if (refuses) throw REFUSED;
    };
    await this.application.dataSource.transaction(enqueueBoth).then(
      () => ids.forEach((id) => this.acknowledged.add(id)),
      (error: unknown) => {
        if (error === REFUSED) ids.forEach((id) => this.rolledBack.add(id));
        else this.inDoubt.push(ids);
      },
    );
  }

  async #bulk(): Promise<void> {
    const tag = `bulk ${uuid()}`;
    const tasks = Array.from({ length: BULK }, () => this.#task());
    await this.application.jobs.enqueueMany(Plain, tasks, { tags: [tag] }).then(
      (handles) => handles.forEach(({ id }) => this.acknowledged.add(id)),
      () => this.bulksInDoubt.push(tag),
    );
  }

  async #run(): Promise<void> {
    const [known] = this.random.some(this.graphs, 1);
    if (!known) return;
    const [id, script] = [uuid(), randomScript(this.random, known.graph)];
    const start = (): Promise<string> =>
      this.application.jobs.start(known.definition, script, { id }).then(
        (run) => run.id,
        (error: { code?: string }) => {
          // The callback of its first step threw, as it was told to: there is no run.
          if (error.code === 'PIPELINE_INVALID') return 'none';
          throw error;
        },
      );
    const started = await eventually('a run is started', start, PATIENCE);
    if (started === 'none') return;
    this.runs.add(started);
    await Promise.all(namesOf(known.graph, 'signal').map((step) => this.#signal(started, step)));
  }

  /** Sends a step what it waits for, early or not; again, if nobody knows whether it arrived. */
  async #signal(run: string, step: string): Promise<void> {
    const send = (): Promise<boolean> => this.application.jobs.signal(run, step, answerTo(step)).then(() => true);
    await eventually('a signal is sent', send, PATIENCE);
  }

  /** Most work at once; some take a while, fail once or for ever, or are put off. */
  #task(): Task {
    const draw = this.random.below(100);
    if (draw < 20) return { fate: 'work', ms: this.random.below(50) };
    if (draw < 30) return { fate: 'fail', until: 2 };
    if (draw < 32) return { fate: 'fail' };
    if (draw < 35) return { fate: 'snooze', ms: this.random.below(1_000) };
    if (draw < 37) return { fate: 'discard' };
    return draw < 38 ? { fate: 'cancel' } : { fate: 'work' };
  }

  #keyed(name: string, keys: number): KeyedTask {
    return { fate: 'work', ms: this.random.below(100), key: `${name} ${this.random.below(keys)}` };
  }
}
