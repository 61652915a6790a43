/**
 * Rowlock as its users have it: the built package, its public API only, a payload class that class-validator checks when
 * a job is enqueued and when it is claimed, and the full history (payload, result, attempts) of every job.
 *
 * | setting | value |
 * |---|---|
 * | worker | `concurrency: 100`, all else as it is by default (prefetch 2,000, lease 30 s, poll 2 s, LISTEN) |
 * | TypeORM | a pool of 16 connections for the process that enqueues, of 10 (pg's default) for the worker |
 * | bulk | `jobs.enqueueMany` |
 * | pipelines | `pipeline().step().step().step()`, started by concurrent `jobs.start` |
 */
import 'reflect-metadata';
import { IsInt, IsString, MaxLength, Min } from 'class-validator';
import type * as Rowlock from 'rowlock';
import { DataSource } from 'typeorm';
import { loadRowlock } from '../rowlock-build.js';
import {
  QUEUE,
  type Adapter,
  type Client,
  type Consumer,
  type ConsumerOptions,
  type JobData,
  type OpenAdapter,
  type Store,
  type Stored,
} from './adapter.js';

const CONCURRENCY = 100;

/** 100 kB is the largest payload that is measured. */
export class WorkPayload implements JobData {
  @IsInt() @Min(0) n!: number;
  @IsString() @MaxLength(100_000) text!: string;
}

/** What the handlers of this process tell. */
interface Ear {
  onJob(n: number): void;
  onFirstStep(): void;
  onPipeline(n: number): void;
}

const deaf: Ear = { onJob: () => undefined, onFirstStep: () => undefined, onPipeline: () => undefined };

/** The classes of the application, made with the decorators of the Rowlock that is measured. */
function application({ JobHandler, pipeline }: typeof Rowlock, ear: Ear) {
  @JobHandler({ name: 'work', payload: WorkPayload, queue: QUEUE })
  class Work implements Rowlock.Handler<WorkPayload> {
    handle({ n }: WorkPayload): void {
      ear.onJob(n);
    }
  }

  @JobHandler({ name: 'depart', payload: WorkPayload, queue: QUEUE })
  class Depart implements Rowlock.Handler<WorkPayload, WorkPayload> {
    handle({ n, text }: WorkPayload): WorkPayload {
      ear.onFirstStep();
      return { n, text };
    }
  }

  @JobHandler({ name: 'pass-on', payload: WorkPayload, queue: QUEUE })
  class PassOn implements Rowlock.Handler<WorkPayload, WorkPayload> {
    handle({ n, text }: WorkPayload): WorkPayload {
      return { n, text };
    }
  }

  @JobHandler({ name: 'arrive', payload: WorkPayload, queue: QUEUE })
  class Arrive implements Rowlock.Handler<WorkPayload, WorkPayload> {
    handle({ n, text }: WorkPayload): WorkPayload {
      ear.onPipeline(n);
      return { n, text };
    }
  }

  const line = pipeline('line', { input: WorkPayload })
    .step('first', Depart)
    .step('second', PassOn, ({ first }) => first)
    .step('third', Arrive, ({ second }) => second)
    .build();
  return { Work, line, handlers: [Work, Depart, PassOn, Arrive], pipelines: [line] };
}

type Application = ReturnType<typeof application>;

function connect({ url }: Store, connections: number): DataSource {
  return new DataSource({ type: 'postgres', url, poolSize: connections });
}

/** Of jobs that are not due in the future: without the key, the question would read through all that are. */
const UNFINISHED = {
  jobs: `(select count(*) from rowlock.job)
    + (select count(*) from rowlock.job_waiting where state = 'pending' and lock_key is not null)`,
  pipelines: `(select count(*) from rowlock.pipeline_run where finished_at is null)`,
};

class RowlockClient implements Client {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: Rowlock.Jobs,
    private readonly application: Application,
  ) {}

  enqueue({ n, text }: JobData): Promise<unknown> {
    return this.jobs.enqueue(this.application.Work, { n, text });
  }

  enqueueMany(data: readonly JobData[], runAt?: Date): Promise<unknown> {
    return this.jobs.enqueueMany(this.application.Work, data, runAt ? { runAt } : {});
  }

  startPipelines(data: readonly JobData[]): Promise<unknown> {
    return Promise.all(data.map(({ n, text }) => this.jobs.start(this.application.line, { n, text })));
  }

  stored(): Promise<Stored> {
    return this.#count(UNFINISHED.jobs, `(select count(*) from rowlock.job_history where state = 'completed')`);
  }

  storedPipelines(): Promise<Stored> {
    return this.#count(UNFINISHED.pipelines, `(select count(*) from rowlock.pipeline_run where state = 'completed')`);
  }

  async unfinished(of: 'jobs' | 'pipelines'): Promise<number> {
    return (await this.#count(UNFINISHED[of], '0')).unfinished;
  }

  close(): Promise<unknown> {
    return this.dataSource.destroy();
  }

  async #count(unfinished: string, finished: string): Promise<Stored> {
    const rows = await this.dataSource.query<[{ unfinished: number; finished: number }]>(
      `select /* bench:stored */ (${unfinished})::int as unfinished, (${finished})::int as finished`,
    );
    return rows[0];
  }
}

class RowlockConsumer implements Consumer {
  constructor(
    private readonly dataSource: DataSource,
    private readonly worker: Rowlock.Worker,
  ) {}

  start(): Promise<void> {
    return this.worker.start();
  }

  async stop(): Promise<void> {
    await this.worker.stop();
    await this.dataSource.destroy();
  }
}

async function openConsumer(rowlock: typeof Rowlock, store: Store, options: ConsumerOptions): Promise<Consumer> {
  const dataSource = connect(store, 10);
  const { handlers, pipelines } = application(rowlock, options);
  const queues = Object.fromEntries(options.queues.map((queue) => [queue, null]));
  const worker = { concurrency: CONCURRENCY, queues };
  const container = await rowlock.createContainer({ dataSource, handlers, pipelines, worker });
  return new RowlockConsumer(dataSource, container.get(rowlock.Worker));
}

/** Rowlock, from the folder that the options name. */
export const open: OpenAdapter = async (options): Promise<Adapter> => {
  const rowlock = await loadRowlock(options.rowlock);
  return {
    settings: { concurrency: CONCURRENCY, 'pool (worker)': 10, 'pool (client)': 16, version: rowlock.VERSION },
    async setUp(store) {
      const dataSource = connect(store, 1);
      await new rowlock.Migrator(dataSource).up();
    },
    async openClient(store) {
      const dataSource = connect(store, 16);
      const app = application(rowlock, deaf);
      const container = await rowlock.createContainer({ dataSource, handlers: app.handlers, pipelines: app.pipelines });
      return new RowlockClient(dataSource, container.get(rowlock.Jobs), app);
    },
    openConsumer: (store, consumer) => openConsumer(rowlock, store, consumer),
  };
};
