/**
 * DBOS Transact 5: a workflow for each job, a step for each step.
 *
 * | setting | value |
 * |---|---|
 * | queue | `minPollingIntervalMs` 10 for the sake of latency (default 1000), no limit on concurrency |
 * | `systemDatabasePoolSize` | 20 |
 * | enqueue | `DBOSClient.enqueue`, 16 at once in bulk: it has no call for many |
 * | pipelines | one workflow with three `DBOS.runStep` |
 */
import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk';
import pg from 'pg';
import type { Adapter, Client, Consumer, ConsumerOptions, JobData, OpenAdapter, Store, Stored } from './adapter.js';
import { QUEUE } from './adapter.js';
import { inParallel } from './in-parallel.js';

const POLL_MS = 10;
const VERSION = 'bench';
const silent = { info: ignore, debug: ignore, warn: ignore, error: console.error };

function ignore(): void {}

class DbosClient implements Client {
  constructor(
    private readonly client: DBOSClient,
    private readonly pool: pg.Pool,
  ) {}

  enqueue(data: JobData): Promise<unknown> {
    return this.#enqueue('work', data);
  }

  enqueueMany(data: readonly JobData[], runAt?: Date): Promise<unknown> {
    return inParallel(data, (one) => this.#enqueue('work', one, runAt));
  }

  startPipelines(data: readonly JobData[]): Promise<unknown> {
    return inParallel(data, (one) => this.#enqueue('line', one));
  }

  async stored(): Promise<Stored> {
    const { rows } = await this.pool.query<{ unfinished: number; finished: number }>(
      `select count(*) filter (where status in ('ENQUEUED', 'PENDING'))::int as unfinished,
        count(*) filter (where status = 'SUCCESS')::int as finished from dbos.workflow_status`,
    );
    return rows[0]!;
  }

  storedPipelines(): Promise<Stored> {
    return this.stored();
  }

  async close(): Promise<void> {
    await this.client.destroy();
    await this.pool.end();
  }

  #enqueue(workflowName: string, data: JobData, runAt?: Date): Promise<unknown> {
    const delaySeconds = runAt ? { delaySeconds: (runAt.getTime() - Date.now()) / 1e3 } : {};
    return this.client.enqueue({ queueName: QUEUE, workflowName, appVersion: VERSION, ...delaySeconds }, data);
  }
}

/** Registers what the process can run; it must be there before the launch. */
function register({ onJob, onFirstStep, onPipeline }: ConsumerOptions): void {
  DBOS.registerWorkflow((data: JobData) => Promise.resolve(onJob(data.n)), { name: 'work' });
  DBOS.registerWorkflow(
    async (data: JobData) => {
      onFirstStep();
      const first = await DBOS.runStep(() => Promise.resolve(data), { name: 'first' });
      const second = await DBOS.runStep(() => Promise.resolve(first), { name: 'second' });
      return DBOS.runStep(
        () => {
          onPipeline(second.n);
          return Promise.resolve(second);
        },
        { name: 'third' },
      );
    },
    { name: 'line' },
  );
}

class DbosConsumer implements Consumer {
  constructor(private readonly queues: readonly string[]) {}

  async start(): Promise<void> {
    await DBOS.launch();
    for (const queue of this.queues) await DBOS.registerQueue(queue, { minPollingIntervalMs: POLL_MS });
  }

  stop(): Promise<void> {
    return DBOS.shutdown();
  }
}

function configure(store: Store): void {
  DBOS.setConfig({
    name: 'bench',
    systemDatabaseUrl: store.url,
    systemDatabasePoolSize: 20,
    applicationVersion: VERSION,
    logger: silent,
  });
}

/** DBOS. */
export const open: OpenAdapter = (): Adapter => ({
  settings: { minPollingIntervalMs: POLL_MS, systemDatabasePoolSize: 20 },
  setUp: (store) => DBOS.migrate(store.url),
  async openClient(store) {
    const client = await DBOSClient.create({
      systemDatabaseUrl: store.url,
      systemDatabasePoolSize: 16,
      applicationName: 'bench',
      logger: silent,
    });
    return new DbosClient(client, new pg.Pool({ connectionString: store.url, max: 1 }));
  },
  openConsumer(store, options) {
    configure(store);
    register(options);
    return Promise.resolve(new DbosConsumer(options.queues));
  },
});
