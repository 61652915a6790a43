/**
 * BullMQ 6, on Redis or on PostgreSQL, as its pages on concurrency, going to production and PostgreSQL advise.
 *
 * | setting | value |
 * |---|---|
 * | Worker `concurrency` | 100: handlers that wait for nothing gain little from more |
 * | `removeOnComplete` | true: jobs that have ended are removed, as its page on production advises |
 * | connection of the worker | `maxRetriesPerRequest: null`, as it demands |
 * | bulk | `queue.addBulk` |
 * | pipelines | flows (`FlowProducer.addBulk`): the last step is the root, each reads its child's result |
 * | on PostgreSQL | `createPostgresBackend`, migrated before, pool of 16 for the client and 25 for the worker |
 */
import {
  createPostgresBackend,
  FlowProducer,
  type FlowJob,
  type Job,
  Queue,
  runMigrations,
  setDefaultBackendFactory,
  Worker,
} from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Adapter, Client, Consumer, ConsumerOptions, JobData, OpenAdapter, Store, Stored } from './adapter.js';
import { QUEUE } from './adapter.js';

const CONCURRENCY = 100;
const KEEP = { removeOnComplete: true };

interface Connection {
  readonly options: { connection: object };
  close(): Promise<unknown>;
}

class BullClient implements Client {
  readonly #queue: Queue;
  readonly #flows: FlowProducer;

  constructor(private readonly connection: Connection) {
    this.#queue = new Queue(QUEUE, { ...connection.options, defaultJobOptions: KEEP });
    this.#flows = new FlowProducer(connection.options);
  }

  enqueue(data: JobData): Promise<unknown> {
    return this.#queue.add('work', data);
  }

  enqueueMany(data: readonly JobData[], runAt?: Date): Promise<unknown> {
    const opts = runAt ? { delay: runAt.getTime() - Date.now() } : {};
    return this.#queue.addBulk(data.map((one) => ({ name: 'work', data: one, opts })));
  }

  startPipelines(data: readonly JobData[]): Promise<unknown> {
    return this.#flows.addBulk(data.map(flow));
  }

  async stored(): Promise<Stored> {
    const counts = await this.#queue.getJobCounts('wait', 'active', 'prioritized', 'waiting-children', 'failed');
    return {
      unfinished: Object.values<number>(counts).reduce((sum: number, count: number) => sum + count, 0),
      finished: null,
    };
  }

  storedPipelines(): Promise<Stored> {
    return this.stored();
  }

  async close(): Promise<void> {
    await Promise.all([this.#queue.close(), this.#flows.close()]);
    await this.connection.close();
  }
}

/** The root waits for its child, which waits for its own: they run from the innermost outwards. */
function flow(data: JobData): FlowJob {
  const step = (name: string, value: object, children: FlowJob[]): FlowJob => ({
    name,
    queueName: QUEUE,
    data: value,
    opts: KEEP,
    children,
  });
  return step('third', {}, [step('second', {}, [step('first', data, [])])]);
}

class BullConsumer implements Consumer {
  readonly #workers: Worker[];

  constructor(
    private readonly connection: Connection,
    options: ConsumerOptions,
  ) {
    const settings = { ...connection.options, concurrency: CONCURRENCY, autorun: false };
    this.#workers = options.queues.map((queue) => new Worker(queue, (job: Job) => handle(job, options), settings));
    for (const worker of this.#workers) worker.on('error', (error) => console.error(error));
  }

  start(): Promise<void> {
    for (const worker of this.#workers) void worker.run();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
    await this.connection.close();
  }
}

async function handle(job: Job, { onJob, onFirstStep, onPipeline }: ConsumerOptions): Promise<JobData | void> {
  if (job.name === 'work') return onJob((job.data as JobData).n);
  if (job.name === 'first') {
    onFirstStep();
    return job.data as JobData;
  }
  const [output] = Object.values(await job.getChildrenValues<JobData>());
  if (job.name === 'third' && output) onPipeline(output.n);
  return output;
}

function toRedis({ url }: Store): Connection {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  return { options: { connection }, close: () => connection.quit() };
}

function toPostgres({ url }: Store, max: number): Connection {
  const connection = new pg.Pool({ connectionString: url, max, options: '-c search_path=bullmq' });
  return { options: { connection }, close: () => connection.end() };
}

/** BullMQ. */
export const open: OpenAdapter = ({ variant }): Adapter => {
  const onPostgres = variant === 'postgres';
  if (onPostgres) setDefaultBackendFactory(createPostgresBackend);
  const connect = (store: Store, max: number): Connection => (onPostgres ? toPostgres(store, max) : toRedis(store));
  return {
    settings: { concurrency: CONCURRENCY, removeOnComplete: true, store: variant },
    async setUp(store) {
      if (!onPostgres) return;
      const client = new pg.Client(store.url);
      await client.connect();
      await runMigrations(client);
      await client.end();
    },
    openClient: (store) => Promise.resolve(new BullClient(connect(store, 16))),
    openConsumer: (store, options) => Promise.resolve(new BullConsumer(connect(store, 25), options)),
  };
};
