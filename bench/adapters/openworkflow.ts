/**
 * OpenWorkflow 0.10 on PostgreSQL: a workflow run for each job, a step for each step.
 *
 * | setting | value |
 * |---|---|
 * | worker `concurrency` | 20 |
 * | polling | its own: from 100 ms, backing off while there is nothing; it cannot be set |
 * | enqueue | `runWorkflow`, 16 at once in bulk: it has no call for many |
 * | pipelines | one workflow with three `step.run` |
 */
import { OpenWorkflow, type Worker } from 'openworkflow';
import { BackendPostgres } from 'openworkflow/postgres';
import pg from 'pg';
import type { Adapter, Client, Consumer, ConsumerOptions, JobData, OpenAdapter, Stored } from './adapter.js';
import { inParallel } from './in-parallel.js';

const CONCURRENCY = 20;

class WorkflowClient implements Client {
  readonly #workflows: OpenWorkflow;

  constructor(
    private readonly backend: BackendPostgres,
    private readonly pool: pg.Pool,
  ) {
    this.#workflows = new OpenWorkflow({ backend });
  }

  enqueue(data: JobData): Promise<unknown> {
    return this.#start('work', data);
  }

  enqueueMany(data: readonly JobData[], runAt?: Date): Promise<unknown> {
    return inParallel(data, (one) => this.#start('work', one, runAt));
  }

  startPipelines(data: readonly JobData[]): Promise<unknown> {
    return inParallel(data, (one) => this.#start('line', one));
  }

  async stored(): Promise<Stored> {
    const { rows } = await this.pool.query<{ unfinished: number; finished: number }>(
      `select count(*) filter (where finished_at is null and coalesce(available_at, now()) <= now())::int as unfinished,
        count(*) filter (where status = 'completed')::int as finished from openworkflow.workflow_runs`,
    );
    return rows[0]!;
  }

  storedPipelines(): Promise<Stored> {
    return this.stored();
  }

  async close(): Promise<void> {
    await this.backend.stop();
    await this.pool.end();
  }

  #start(name: string, { n, text }: JobData, runAt?: Date): Promise<unknown> {
    return this.#workflows.runWorkflow({ name }, { n, text }, runAt ? { availableAt: runAt } : {});
  }
}

class WorkflowConsumer implements Consumer {
  readonly #worker: Worker;

  constructor(
    private readonly backend: BackendPostgres,
    { onJob, onFirstStep, onPipeline }: ConsumerOptions,
  ) {
    const workflows = new OpenWorkflow({ backend });
    workflows.defineWorkflow<JobData, undefined>({ name: 'work' }, ({ input }) => void onJob(input.n));
    workflows.defineWorkflow<JobData, JobData>({ name: 'line' }, async ({ input, step }) => {
      onFirstStep();
      const first = await step.run({ name: 'first' }, () => ({ n: input.n, text: input.text }));
      const second = await step.run({ name: 'second' }, () => first);
      return step.run({ name: 'third' }, () => {
        onPipeline(second.n);
        return second;
      });
    });
    this.#worker = workflows.newWorker({ concurrency: CONCURRENCY });
  }

  start(): Promise<void> {
    return this.#worker.start();
  }

  async stop(): Promise<void> {
    await this.#worker.stop();
    await this.backend.stop();
  }
}

/** OpenWorkflow. */
export const open: OpenAdapter = (): Adapter => ({
  settings: { concurrency: CONCURRENCY },
  async setUp(store) {
    const backend = await BackendPostgres.connect(store.url);
    await backend.stop();
  },
  async openClient(store) {
    const backend = await BackendPostgres.connect(store.url, { runMigrations: false });
    return new WorkflowClient(backend, new pg.Pool({ connectionString: store.url, max: 1 }));
  },
  async openConsumer(store, options) {
    return new WorkflowConsumer(await BackendPostgres.connect(store.url, { runMigrations: false }), options);
  },
});
