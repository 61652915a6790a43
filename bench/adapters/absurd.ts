/**
 * Absurd 0.5: a task for each job, a step for each step. Its schema is not on npm: the environment variable `ABSURD_SQL`
 * names the file `absurd.sql` of its release, and without it the system is left out.
 *
 * | setting | value |
 * |---|---|
 * | worker `concurrency`, `batchSize` | 20, 20 |
 * | `pollInterval` | 0.01 s for the sake of latency (default 0.25) |
 * | pool | 20 for the worker, 16 for the client |
 * | enqueue | `spawn`, 16 at once in bulk: it has no call for many |
 * | pipelines | one task with three `ctx.step` |
 */
import { readFile } from 'node:fs/promises';
import { Absurd } from 'absurd-sdk';
import pg from 'pg';
import type { Adapter, Client, Consumer, ConsumerOptions, JobData, OpenAdapter, Stored } from './adapter.js';
import { QUEUE } from './adapter.js';
import { inParallel } from './in-parallel.js';

const WORKER = { concurrency: 20, batchSize: 20, pollInterval: 0.01 };
const silent = { log: ignore, info: ignore, warn: ignore, error: console.error };

function ignore(): void {}

function absurd(pool: pg.Pool): Absurd {
  return new Absurd({ db: pool, queueName: QUEUE, log: silent });
}

class AbsurdClient implements Client {
  readonly #absurd: Absurd;

  constructor(private readonly pool: pg.Pool) {
    this.#absurd = absurd(pool);
  }

  enqueue({ n, text }: JobData): Promise<unknown> {
    return this.#absurd.spawn('work', { n, text }, { queue: QUEUE });
  }

  enqueueMany(data: readonly JobData[], runAt?: Date): Promise<unknown> {
    if (runAt) throw new Error('Absurd has no tasks for later.');
    return inParallel(data, (one) => this.enqueue(one));
  }

  startPipelines(data: readonly JobData[]): Promise<unknown> {
    return inParallel(data, ({ n, text }) => this.#absurd.spawn('line', { n, text }, { queue: QUEUE }));
  }

  async stored(): Promise<Stored> {
    const { rows } = await this.pool.query<{ unfinished: number; finished: number }>(
      `select count(*) filter (where state in ('pending', 'running', 'sleeping'))::int as unfinished,
        count(*) filter (where state = 'completed')::int as finished from absurd.t_${QUEUE}`,
    );
    return rows[0]!;
  }

  storedPipelines(): Promise<Stored> {
    return this.stored();
  }

  close(): Promise<unknown> {
    return this.pool.end();
  }
}

class AbsurdConsumer implements Consumer {
  readonly #absurd: Absurd;

  constructor(
    private readonly pool: pg.Pool,
    { onJob, onFirstStep, onPipeline }: ConsumerOptions,
  ) {
    this.#absurd = absurd(pool);
    this.#absurd.registerTask<JobData>({ name: 'work' }, ({ n }) => Promise.resolve(onJob(n)));
    this.#absurd.registerTask<JobData>({ name: 'line' }, async ({ n, text }, task) => {
      onFirstStep();
      const first = await task.step('first', () => Promise.resolve({ n, text }));
      const second = await task.step('second', () => Promise.resolve(first));
      return task.step('third', () => {
        onPipeline(second.n);
        return Promise.resolve(second);
      });
    });
  }

  start(): Promise<unknown> {
    return this.#absurd.startWorker(WORKER);
  }

  async stop(): Promise<void> {
    await this.#absurd.close();
    await this.pool.end();
  }
}

/** Absurd. */
export const open: OpenAdapter = (): Adapter => ({
  settings: { ...WORKER, 'pool (worker)': 20, 'pool (client)': 16 },
  async setUp(store) {
    const pool = new pg.Pool({ connectionString: store.url, max: 1 });
    await pool.query(await readFile(process.env['ABSURD_SQL'] ?? '', 'utf8'));
    await absurd(pool).createQueue(QUEUE);
    await pool.end();
  },
  openClient: (store) => Promise.resolve(new AbsurdClient(new pg.Pool({ connectionString: store.url, max: 16 }))),
  openConsumer: (store, options) =>
    Promise.resolve(new AbsurdConsumer(new pg.Pool({ connectionString: store.url, max: 20 }), options)),
});
