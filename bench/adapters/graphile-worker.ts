/**
 * graphile-worker 0.18, with the configuration that its page on performance (worker.graphile.org/docs/performance) was
 * measured with.
 *
 * | setting | variant `local-queue` | variant `default` |
 * |---|---|---|
 * | `concurrentJobs` | 24 | 24 |
 * | `maxPoolSize` | 25 | 25 |
 * | `localQueue.size` | 500 | off |
 * | `completeJobBatchDelay`, `failJobBatchDelay` | 0 | off |
 * | logging | none: its default, a line for each job, is for people | none |
 * | bulk | `addJobs` | `addJobs` |
 * | pipelines | each task adds the next with `helpers.addJob` | the same |
 */
import {
  type JobHelpers,
  Logger,
  makeWorkerUtils,
  run,
  runMigrations,
  type TaskList,
  type WorkerUtils,
} from 'graphile-worker';
import pg from 'pg';
import type { Adapter, Client, Consumer, ConsumerOptions, JobData, OpenAdapter, Store, Stored } from './adapter.js';
import { QUEUE } from './adapter.js';

const silent = new Logger(() => () => undefined);
const BATCHES = { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };

class GraphileClient implements Client {
  constructor(
    private readonly utils: WorkerUtils,
    private readonly pool: pg.Pool,
  ) {}

  enqueue(data: JobData): Promise<unknown> {
    return this.utils.addJob(QUEUE, data);
  }

  enqueueMany(data: readonly JobData[], runAt?: Date): Promise<unknown> {
    return this.utils.addJobs(data.map((payload) => ({ identifier: QUEUE, payload, ...(runAt && { runAt }) })));
  }

  startPipelines(data: readonly JobData[]): Promise<unknown> {
    return this.utils.addJobs(data.map((payload) => ({ identifier: 'first', payload })));
  }

  /** A job that has ended is deleted. */
  async stored(): Promise<Stored> {
    const { rows } = await this.pool.query<{ count: number }>(
      'select count(*)::int as count from graphile_worker._private_jobs where run_at <= now()',
    );
    return { unfinished: rows[0]?.count ?? 0, finished: null };
  }

  storedPipelines(): Promise<Stored> {
    return this.stored();
  }

  async close(): Promise<void> {
    await this.utils.release();
    await this.pool.end();
  }
}

function tasks({ queues, onJob, onFirstStep, onPipeline }: ConsumerOptions): TaskList {
  const work = (payload: unknown): void => onJob((payload as JobData).n);
  const passOn = (to: string) => async (payload: unknown, helpers: JobHelpers) => {
    if (to === 'second') onFirstStep();
    await helpers.addJob(to, payload);
  };
  return {
    ...Object.fromEntries(queues.map((queue) => [queue, work])),
    first: passOn('second'),
    second: passOn('third'),
    third: (payload) => onPipeline((payload as JobData).n),
  };
}

class GraphileConsumer implements Consumer {
  #stop: () => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly store: Store,
    private readonly options: ConsumerOptions,
    private readonly batches: boolean,
  ) {}

  async start(): Promise<void> {
    const runner = await run({
      connectionString: this.store.url,
      preset: { worker: { concurrentJobs: 24, maxPoolSize: 25, ...(this.batches ? BATCHES : {}) } },
      taskList: tasks(this.options),
      parsedCronItems: [],
      noHandleSignals: true,
      logger: silent,
    });
    this.#stop = () => runner.stop();
  }

  stop(): Promise<void> {
    return this.#stop();
  }
}

/** graphile-worker, with its local queue and batches or without. */
export const open: OpenAdapter = ({ variant }): Adapter => {
  const batches = variant === 'local-queue';
  const settings = { concurrentJobs: 24, maxPoolSize: 25, localQueue: batches ? 500 : 'off' };
  return {
    settings: { ...settings, completeJobBatchDelay: batches ? 0 : 'off' },
    setUp: (store) => runMigrations({ connectionString: store.url, logger: silent }),
    async openClient(store) {
      const pool = new pg.Pool({ connectionString: store.url, max: 16 });
      return new GraphileClient(await makeWorkerUtils({ pgPool: pool, logger: silent }), pool);
    },
    openConsumer: (store, options) => Promise.resolve(new GraphileConsumer(store, options, batches)),
  };
};
