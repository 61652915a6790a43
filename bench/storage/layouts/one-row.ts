import type { ClaimRequest, FinishBatch, JobDraft, Layout, Query } from '../layout.js';
import {
  CARRIED_DEFINITIONS,
  FILL_PAYLOAD,
  HISTORY_COLUMNS,
  HOT_TABLE_AUTOVACUUM,
  carried,
  defineHistory,
} from './columns.js';

/** How the claim's update finds the rows that its probe locked. */
export type UpdateShape = 'array' | 'join' | 'ctid';

export interface OneRowOptions {
  name?: string;
  schema?: string;
  /** Write one row per claim, so that a rescue needs no index on the jobs. Default true. */
  claimRow?: boolean;
  /** How the claim row's ids are kept: `extended` tries to compress them first, `external` does not. Default `external`. */
  claimIds?: 'extended' | 'external';
  /** Share of a page that inserts fill; the rest is for the claim's HOT update. Default 50. */
  fillfactor?: number;
  /** Default `array`. */
  updateShape?: UpdateShape;
}

const UPDATE: Record<UpdateShape, string> = {
  array: 'where j.id = any(array(select id from picked))',
  join: 'from picked where j.id = picked.id',
  ctid: 'where j.ctid = any(array(select ctid from picked))',
};

/** A: one hot row per available or running job, claimed by a HOT update, finished by a delete. */
export class OneRowLayout implements Layout {
  readonly name: string;
  readonly schema: string;
  private readonly claimRow: boolean;
  private readonly claimIds: string;
  private readonly fillfactor: number;
  private readonly updateShape: UpdateShape;

  constructor(options: OneRowOptions = {}) {
    this.claimRow = options.claimRow ?? true;
    this.name = options.name ?? (this.claimRow ? 'A one-row' : 'A2 no claim row');
    this.schema = options.schema ?? (this.claimRow ? 'one_row' : 'one_row_bare');
    this.claimIds = options.claimIds ?? 'external';
    this.fillfactor = options.fillfactor ?? 50;
    this.updateShape = options.updateShape ?? 'array';
  }

  define(): string {
    return `
      create sequence claim_token cache 1;
      create table job (${CARRIED_DEFINITIONS},
        seq bigint generated always as identity, token bigint, worker_id uuid, claimed_at timestamptz, deadline_at timestamptz,
        primary key (id)) with (fillfactor = ${this.fillfactor}, ${HOT_TABLE_AUTOVACUUM});
      create index job_claim on job (queue, priority, seq);
      create table job_waiting (${CARRIED_DEFINITIONS}, state text not null, run_at timestamptz not null,
        primary key (id)) with (${HOT_TABLE_AUTOVACUUM});
      create index job_waiting_due on job_waiting (run_at);
      create table claim (token bigint primary key, worker_id uuid not null, job_ids uuid[] storage ${this.claimIds} not null,
        deadline_at timestamptz not null) with (${HOT_TABLE_AUTOVACUUM});
      ${defineHistory()}`;
  }

  enqueue(jobs: readonly JobDraft[]): Query {
    return {
      name: 'enqueue',
      text: `insert into job (id, queue, priority, name, payload)
        select id, queue, priority, name, payload::jsonb
        from unnest($1::uuid[], $2::text[], $3::smallint[], $4::text[], $5::text[]) d (id, queue, priority, name, payload)`,
      values: [
        jobs.map((job) => job.id),
        jobs.map((job) => job.queue),
        jobs.map((job) => job.priority),
        jobs.map((job) => job.name),
        jobs.map((job) => job.payload),
      ],
    };
  }

  claim(request: ClaimRequest): Query {
    const batch = `, batch as (
        insert into claim (token, worker_id, job_ids, deadline_at)
        select t.token, $4, array_agg(c.id), now() + interval '5 minutes' from claimed c, t group by t.token)`;
    return {
      name: 'claim',
      text: `with picked as materialized (
          select j.id, j.ctid from unnest($2::bigint[], $5::bigint[]) with ordinality f (floor, ceiling, nth)
          cross join lateral (
            select id, ctid from job
            where queue = $1 and priority = (f.nth - 1)::smallint and seq >= f.floor and seq < f.ceiling and token is null
            order by seq limit $3 for update skip locked) j
          limit $3),
        t as materialized (select nextval('claim_token') as token),
        claimed as (
          update job j set token = (select token from t), worker_id = $4, claimed_at = now(),
            deadline_at = now() + interval '5 minutes', attempt = attempt + 1
          ${UPDATE[this.updateShape]}
          returning j.id, j.token, j.priority, j.seq, j.name, j.payload, j.attempt)
        ${this.claimRow ? batch : ''}
        select * from claimed`,
      values: [request.queue, request.floors, request.limit, request.workerId, request.ceilings],
    };
  }

  finish(batch: FinishBatch): Query {
    const spent = `, spent as (delete from claim where token = any($4::bigint[]))`;
    return {
      name: 'finish',
      text: `with gone as (
          delete from job j using unnest($1::uuid[], $2::bigint[], $3::text[]) f (id, token, result)
          where j.id = any($1::uuid[]) and j.id = f.id and j.token = f.token
          returning j.*, f.result)
        ${this.claimRow ? spent : ''}
        insert into job_history (${HISTORY_COLUMNS})
        select ${carried()}, 'completed', worker_id, claimed_at, now(), result::jsonb, now() + interval '7 days'
        from gone returning id`,
      values: [batch.ids, batch.tokens, batch.results, ...(this.claimRow ? [batch.spentTokens] : [])],
    };
  }

  promote(limit: number): Query {
    return {
      name: 'promote',
      text: `with due as materialized (
          select id from job_waiting where run_at <= now() order by run_at limit $1 for update skip locked),
        gone as (delete from job_waiting where id = any(array(select id from due)) returning ${carried()})
        insert into job (${carried()}) select ${carried()} from gone order by id returning id`,
      values: [limit],
    };
  }

  rescue(workerId: string): Query {
    // A new seq: whoever becomes available again stands at the end, where no claim floor hides it.
    const free = 'seq = default, token = null, worker_id = null, claimed_at = null, deadline_at = null';
    if (!this.claimRow) {
      return {
        name: 'rescue',
        text: `with dead as materialized (select id from job where worker_id = $1 for update skip locked)
          update job set ${free} where id = any(array(select id from dead)) returning id`,
        values: [workerId],
      };
    }
    return {
      name: 'rescue',
      text: `with dead as materialized (select token, job_ids from claim where worker_id = $1 for update skip locked),
        spent as (delete from claim where token = any(array(select token from dead)))
        update job set ${free}
        where id = any(array(select unnest(job_ids) from dead)) and token = any(array(select token from dead)) returning id`,
      values: [workerId],
    };
  }

  fillReady(count: number): string {
    return `insert into job (id, queue, priority, name, payload)
      select uuidv7(), 'default', 5, 'noop', ${FILL_PAYLOAD} from generate_series(1, ${count}) i`;
  }

  fillScheduled(count: number, due: number): string {
    return `insert into job_waiting (id, queue, priority, name, payload, state, run_at)
      select uuidv7(), 'default', 5, 'noop', ${FILL_PAYLOAD}, 'scheduled',
        case when i <= ${due} then now() - interval '1 second' else now() + interval '1 day' + i * interval '1 second' end
      from generate_series(1, ${count}) i`;
  }
}
