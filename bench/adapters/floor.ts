/**
 * The least that a Node program can do with PostgreSQL and still be a queue: no history, no lease, no retry.
 *
 * | setting | value |
 * |---|---|
 * | claim | 500 rows in one prepared statement, a heap-only update, `for update skip locked` |
 * | finish | the same 500 deleted in one statement, on the same connection |
 * | wake | LISTEN/NOTIFY, one NOTIFY a statement that enqueues |
 * | bulk | variant `unnest`: `insert … select from unnest`; variant `copy`: COPY from pg-copy-streams |
 */
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Adapter, Client, Consumer, ConsumerOptions, JobData, OpenAdapter, Store, Stored } from './adapter.js';

const BATCH = 500;

const SCHEMA = `
  create table job (id bigint generated always as identity primary key, payload jsonb not null,
    run_at timestamptz, locked boolean) with (fillfactor = 50);
  create table step (id bigint generated always as identity primary key, number smallint not null,
    payload jsonb not null, locked boolean) with (fillfactor = 50);`;

const ENQUEUE = {
  name: 'enqueue',
  text: `with added as (insert into job (payload) values ($1)) select pg_notify('job', '')`,
};
const ENQUEUE_MANY = {
  name: 'enqueue-many',
  text: `insert into job (payload, run_at) select payload::jsonb, $2 from unnest($1::text[]) d (payload)`,
};
const CLAIM = {
  name: 'claim',
  text: `update job set locked = true where id = any(array(select id from job where locked is null and run_at is null
    order by id limit ${BATCH} for update skip locked)) returning id, payload`,
};
const FINISH = { name: 'finish', text: 'delete from job where id = any($1::bigint[])' };
const CLAIM_STEPS = {
  name: 'claim-steps',
  text: `update step set locked = true where id = any(array(select id from step where locked is null
    order by id limit ${BATCH} for update skip locked)) returning id, number, payload`,
};
/** Ends steps and adds the ones after them, with what those ended in, in one statement. */
const FINISH_STEPS = {
  name: 'finish-steps',
  text: `with ended as (delete from step using unnest($1::bigint[], $2::text[]) d (step_id, output)
      where id = any($1::bigint[]) and id = step_id returning number, output)
    insert into step (number, payload) select number + 1, output::jsonb from ended where number < 3`,
};

interface JobRow {
  readonly id: string;
  readonly payload: JobData;
}

class FloorClient implements Client {
  constructor(
    private readonly pool: pg.Pool,
    private readonly copies: boolean,
  ) {}

  enqueue(data: JobData): Promise<unknown> {
    return this.pool.query({ ...ENQUEUE, values: [JSON.stringify(data)] });
  }

  async enqueueMany(data: readonly JobData[], runAt?: Date): Promise<unknown> {
    if (this.copies && !runAt) return this.#copy(data);
    return this.pool.query({ ...ENQUEUE_MANY, values: [data.map((job) => JSON.stringify(job)), runAt ?? null] });
  }

  startPipelines(data: readonly JobData[]): Promise<unknown> {
    const payloads = data.map((job) => JSON.stringify(job));
    return this.pool.query(`insert into step (number, payload) select 1, p::jsonb from unnest($1::text[]) d (p)`, [
      payloads,
    ]);
  }

  stored(): Promise<Stored> {
    return this.#count('job where run_at is null');
  }

  storedPipelines(): Promise<Stored> {
    return this.#count('step');
  }

  close(): Promise<unknown> {
    return this.pool.end();
  }

  async #count(of: string): Promise<Stored> {
    const { rows } = await this.pool.query<{ count: number }>(`select count(*)::int as count from ${of}`);
    return { unfinished: rows[0]?.count ?? 0, finished: null };
  }

  async #copy(data: readonly JobData[]): Promise<void> {
    const client = await this.pool.connect();
    try {
      const rows = data.map((job) => `${JSON.stringify(job).replaceAll('\\', '\\\\')}\n`).join('');
      await pipeline(Readable.from([rows]), client.query(copyFrom('copy job (payload) from stdin')));
    } finally {
      client.release();
    }
  }
}

class FloorConsumer implements Consumer {
  #stopped = false;
  #wake = (): void => undefined;
  #notified = false;
  #loop: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly client: pg.Client,
    private readonly listener: pg.Client,
    private readonly options: ConsumerOptions,
  ) {}

  async start(): Promise<void> {
    this.listener.on('notification', () => {
      this.#notified = true;
      this.#wake();
    });
    await this.listener.query('listen job');
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#loop;
    await Promise.all([this.client.end(), this.listener.end()]);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#notified = false;
      const worked = (await this.#jobs()) || (await this.#steps());
      if (worked === 0) await this.#pause();
    }
  }

  async #jobs(): Promise<number> {
    const { rows } = await this.client.query<JobRow>(CLAIM);
    if (rows.length === 0) return 0;
    for (const { payload } of rows) this.options.onJob(payload.n);
    await this.client.query({ ...FINISH, values: [rows.map(({ id }) => id)] });
    return rows.length;
  }

  async #steps(): Promise<number> {
    const { rows } = await this.client.query<JobRow & { number: number }>(CLAIM_STEPS);
    if (rows.length === 0) return 0;
    for (const { number, payload } of rows) {
      if (number === 1) this.options.onFirstStep();
      if (number === 3) this.options.onPipeline(payload.n);
    }
    const values = [rows.map(({ id }) => id), rows.map(({ payload }) => JSON.stringify(payload))];
    await this.client.query({ ...FINISH_STEPS, values });
    return rows.length;
  }

  /** Until it is notified, and at most two seconds. */
  #pause(): Promise<void> {
    if (this.#notified || this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 2_000);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

async function connect(store: Store): Promise<pg.Client> {
  const client = new pg.Client(store.url);
  await client.connect();
  return client;
}

/** The floor. */
export const open: OpenAdapter = ({ variant }): Adapter => ({
  settings: { claim: BATCH, finish: BATCH, connections: 1, bulk: variant },
  async setUp(store) {
    const client = await connect(store);
    await client.query(SCHEMA);
    await client.end();
  },
  async openClient(store) {
    return new FloorClient(new pg.Pool({ connectionString: store.url, max: 16 }), variant === 'copy');
  },
  async openConsumer(store, options) {
    return new FloorConsumer(await connect(store), await connect(store), options);
  },
});
