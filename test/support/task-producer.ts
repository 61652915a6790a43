import type { EntityManager } from 'typeorm';
import type { EnqueueManyOptions } from '../../src/client/jobs.js';
import { InvalidTransitionError } from '../../src/core/errors.js';
import type { HandlerClass } from '../../src/core/handler-class.js';
import type { Application } from './application.js';
import type { Random } from './random.js';
import { Booked, type KeyedTask, Locked, Plain, type Task, Unique } from './task-handlers.js';

const LOCK_KEYS = 50;
const UNIQUE_KEYS = 40;
const WAVE = 1_000;
/** A queue that no worker serves: what is in it is there when it is cancelled, however fast the workers are. */
const UNSERVED = 'unserved';

/** Enqueues tasks of every kind, cancels some in each state, and remembers what it was told. */
export class TaskProducer {
  /** Ids that an enqueue has returned; each must end once. */
  readonly acknowledged = new Set<string>();
  /** Ids of transactions that were rolled back; nothing of them must be. */
  readonly rolledBack = new Set<string>();
  /** Jobs that were enqueued, and not told apart from one that had their unique key already. */
  ignored = 0;
  /** Jobs that run until they are cancelled, and were not yet. */
  readonly lingering = new Set<string>();

  constructor(
    private readonly application: Application,
    private readonly random: Random,
  ) {}

  /** Enqueues until so many jobs are acknowledged. */
  async produce(jobs: number): Promise<void> {
    while (this.acknowledged.size < jobs) await this.#wave(Math.min(WAVE, jobs - this.acknowledged.size));
  }

  /** Cancels jobs, unless they are over already. */
  async cancel(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await this.application.jobs.cancel(id).catch((error: unknown) => {
        if (!(error instanceof InvalidTransitionError)) throw error;
      });
    }
  }

  async #wave(size: number): Promise<void> {
    const share = (part: number): number => Math.ceil(part * size);
    const locked = await this.#many(Locked, share(0.15), () => this.#keyed(LOCK_KEYS, 'lock'));
    await this.#rollBack(share(0.02));
    await this.#many(Booked, share(0.12), () => this.#task());
    await this.#unique(share(0.06));
    const distant = await this.#many(Plain, share(0.003), () => ({ fate: 'work' }), { delay: '1h' });
    const unserved = await this.#many(Plain, share(0.003), () => ({ fate: 'work' }), { queue: UNSERVED });
    const delayed = await this.#many(Plain, share(0.05), () => this.#task(), {
      delay: `${this.random.below(3_000)}ms`,
    });
    await this.#many(Plain, share(0.01), () => ({ fate: 'hang', until: 2 }), { timeout: '500ms' });
    await this.#many(Plain, share(0.002), () => ({ fate: 'hang' }), { timeout: '300ms', priority: 7 });
    await this.#many(Plain, share(0.02), () => ({ fate: 'snooze', ms: this.random.below(1_500) }));
    await this.#many(Plain, share(0.005), () => ({ fate: 'discard' }));
    await this.#many(Plain, share(0.005), () => ({ fate: 'cancel' }), { priority: 2 });
    const lingering = await this.#many(Plain, share(0.003), () => ({ fate: 'hang' }), { timeout: '10m', attempts: 20 });
    for (const id of lingering) this.lingering.add(id);
    const plain = await this.#many(Plain, share(0.5), () => this.#task());
    await this.cancel([
      ...distant,
      ...unserved,
      ...this.random.some(locked, 10),
      ...this.random.some(delayed, 5),
      ...this.random.some(plain, 5),
    ]);
    await this.#singles(share(0.05));
  }

  async #many(
    handler: HandlerClass,
    count: number,
    task: () => Task,
    options: EnqueueManyOptions = {},
  ): Promise<string[]> {
    const tasks = Array.from({ length: count }, task);
    const handles = await this.application.jobs.enqueueMany(handler, tasks as never[], options);
    return handles.map(({ id }) => this.#acknowledge(id));
  }

  /** One by one, but at once, as requests of an application would. */
  async #singles(count: number): Promise<void> {
    await Promise.all(
      Array.from({ length: count }, async () => {
        const { id } = await this.application.jobs.enqueue(Plain, this.#task());
        this.#acknowledge(id);
      }),
    );
  }

  async #unique(count: number): Promise<void> {
    await Promise.all(
      Array.from({ length: count }, async () => {
        const { id, existing } = await this.application.jobs.enqueue(Unique, this.#keyed(UNIQUE_KEYS, 'unique'));
        if (existing) this.ignored++;
        this.#acknowledge(id);
      }),
    );
  }

  async #rollBack(count: number): Promise<void> {
    const failure = new Error('the order was not taken');
    const enqueueAndFail = async (manager: EntityManager): Promise<never> => {
      const tasks = Array.from({ length: count }, () => this.#task());
      for (const handler of [Plain, Booked]) {
        const handles = await this.application.jobs.enqueueMany(handler, tasks, { manager });
        for (const { id } of handles) this.rolledBack.add(id);
      }
      throw failure;
    };
    await this.application.dataSource.transaction(enqueueAndFail).catch((error: unknown) => {
      if (error !== failure) throw error;
    });
  }

  /** Most work at once; some take a while, or fail once or for ever. */
  #task(): Task {
    const draw = this.random.below(100);
    if (draw < 5) return { fate: 'work', ms: this.random.below(50) };
    if (draw < 10) return { fate: 'fail', until: 2 };
    if (draw < 11) return { fate: 'fail' };
    return { fate: 'work' };
  }

  #keyed(keys: number, name: string): KeyedTask {
    return { ...this.#task(), key: `${name} ${this.random.below(keys)}` };
  }

  #acknowledge(id: string): string {
    this.acknowledged.add(id);
    return id;
  }
}
