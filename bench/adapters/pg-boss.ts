/**
 * pg-boss 12, in batches, as its pages on workers and on LISTEN/NOTIFY advise for high throughput.
 *
 * | setting | value |
 * |---|---|
 * | `useListenNotify`, queue option `notify` | on: workers are woken at once |
 * | `work`: `batchSize` | 500 |
 * | `work`: `burstWhenBatchFull` | on: fetches go on without a pause while batches are full |
 * | `work`: `perJobResults` | off: a batch ends with one statement, all of it or none |
 * | `work`: `pollingIntervalSeconds` | 0.5, its least |
 * | bulk | `insert` |
 * | pipelines | three queues; each handler inserts the next jobs within its own transaction (`transactional`) |
 */
import pg from 'pg';
import { type Job, PgBoss, type WorkOptions } from 'pg-boss';
import type { Adapter, Client, Consumer, ConsumerOptions, JobData, OpenAdapter, Store, Stored } from './adapter.js';
import { QUEUE } from './adapter.js';

const BATCH = { batchSize: 500, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 } satisfies WorkOptions;
const IN_TRANSACTION = { ...BATCH, transactional: true } as const;
const STEPS = ['first', 'second', 'third'] as const;

function boss({ url }: Store, max: number): PgBoss {
  const made = new PgBoss({ connectionString: url, max, useListenNotify: true, schedule: false });
  made.on('error', (error: unknown) => console.error(error));
  return made;
}

class BossClient implements Client {
  constructor(
    private readonly boss: PgBoss,
    private readonly pool: pg.Pool,
  ) {}

  enqueue(data: JobData): Promise<unknown> {
    return this.boss.send(QUEUE, data);
  }

  enqueueMany(data: readonly JobData[], runAt?: Date): Promise<unknown> {
    return this.boss.insert(
      QUEUE,
      data.map((one) => ({ data: one, ...(runAt && { startAfter: runAt }) })),
    );
  }

  startPipelines(data: readonly JobData[]): Promise<unknown> {
    return this.boss.insert(
      STEPS[0],
      data.map((one) => ({ data: one })),
    );
  }

  stored(): Promise<Stored> {
    return this.#count(QUEUE);
  }

  /** A pipeline has ended when its last job has. */
  async storedPipelines(): Promise<Stored> {
    const [first, second, third] = await Promise.all(STEPS.map((step) => this.#count(step)));
    const unfinished = (first?.unfinished ?? 0) + (second?.unfinished ?? 0) + (third?.unfinished ?? 0);
    return { unfinished, finished: third?.finished ?? 0 };
  }

  async close(): Promise<void> {
    await this.boss.stop({ graceful: false });
    await this.pool.end();
  }

  async #count(queue: string): Promise<Stored> {
    const { rows } = await this.pool.query<{ unfinished: number; finished: number }>(
      `select count(*) filter (where state < 'completed' and start_after <= now())::int as unfinished,
        count(*) filter (where state = 'completed')::int as finished from pgboss.job where name = $1`,
      [queue],
    );
    return rows[0]!;
  }
}

class BossConsumer implements Consumer {
  constructor(
    private readonly boss: PgBoss,
    private readonly options: ConsumerOptions,
  ) {}

  async start(): Promise<void> {
    const { queues, onJob, onPipeline } = this.options;
    const work = (jobs: Job<JobData>[]): Promise<void> => {
      for (const { data } of jobs) onJob(data.n);
      return Promise.resolve();
    };
    for (const queue of queues) await this.boss.work<JobData>(queue, BATCH, work);
    if (queues.length > 1) return;
    await this.#passOn(STEPS[0], STEPS[1]);
    await this.#passOn(STEPS[1], STEPS[2]);
    await this.boss.work<JobData>(STEPS[2], BATCH, (jobs) => {
      for (const { data } of jobs) onPipeline(data.n);
      return Promise.resolve();
    });
  }

  stop(): Promise<void> {
    return this.boss.stop();
  }

  async #passOn(from: string, to: string): Promise<void> {
    await this.boss.work<JobData, void, typeof IN_TRANSACTION>(from, IN_TRANSACTION, async (jobs, db) => {
      if (from === STEPS[0]) this.options.onFirstStep();
      const next = jobs.map(({ data }) => ({ data }));
      await this.boss.insert(to, next, { db });
    });
  }
}

/** pg-boss. */
export const open: OpenAdapter = (): Adapter => ({
  settings: { ...BATCH, useListenNotify: true, perJobResults: false, 'pool (worker)': 10, 'pool (client)': 16 },
  async setUp(store) {
    const made = boss(store, 2);
    await made.start();
    for (const queue of [QUEUE, ...STEPS]) await made.createQueue(queue, { notify: true });
    await made.stop({ graceful: false });
  },
  async openClient(store) {
    const made = boss(store, 16);
    await made.start();
    return new BossClient(made, new pg.Pool({ connectionString: store.url, max: 1 }));
  },
  async openConsumer(store, options) {
    const made = boss(store, 10);
    await made.start();
    for (const queue of options.queues.slice(1)) await made.createQueue(queue, { notify: true });
    return new BossConsumer(made, options);
  },
});
