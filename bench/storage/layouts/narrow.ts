import type { ClaimRequest, FinishBatch, JobDraft, Layout, Query } from '../layout.js';
import {
  CARRIED_DEFINITIONS,
  FILL_PAYLOAD,
  HISTORY_COLUMNS,
  HOT_TABLE_AUTOVACUUM,
  carried,
  defineHistory,
} from './columns.js';

/** B: a wide row that no claim touches, beside narrow tables that are only inserted into and deleted from. */
export class NarrowLayout implements Layout {
  readonly name = 'B narrow';
  readonly schema = 'narrow';

  define(): string {
    return `
      create sequence claim_token cache 1;
      create table job (${CARRIED_DEFINITIONS}, primary key (id)) with (${HOT_TABLE_AUTOVACUUM});
      create table ready (queue text collate "C" not null, priority smallint not null,
        seq bigint generated always as identity, job_id uuid not null, attempt smallint not null default 0,
        primary key (queue, priority, seq)) with (${HOT_TABLE_AUTOVACUUM});
      create table running (job_id uuid primary key, token bigint not null, worker_id uuid not null,
        attempt smallint not null, claimed_at timestamptz not null, deadline_at timestamptz not null)
        with (${HOT_TABLE_AUTOVACUUM});
      create table scheduled (run_at timestamptz not null, job_id uuid not null, attempt smallint not null default 0,
        primary key (run_at, job_id)) with (${HOT_TABLE_AUTOVACUUM});
      ${defineHistory()}`;
  }

  enqueue(jobs: readonly JobDraft[]): Query {
    return {
      name: 'enqueue',
      text: `with draft as materialized (
          select * from unnest($1::uuid[], $2::text[], $3::smallint[], $4::text[], $5::text[])
            d (id, queue, priority, name, payload)),
        made as (insert into job (id, queue, priority, name, payload)
          select id, queue, priority, name, payload::jsonb from draft)
        insert into ready (queue, priority, job_id) select queue, priority, id from draft`,
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
    // A ready row is never updated, so its ctid is as good as its key and spares the second index walk.
    return {
      name: 'claim',
      text: `with picked as materialized (
          select r.ctid from unnest($2::bigint[], $5::bigint[]) with ordinality f (floor, ceiling, nth)
          cross join lateral (
            select ctid from ready
            where queue = $1 and priority = (f.nth - 1)::smallint and seq >= f.floor and seq < f.ceiling
            order by seq limit $3 for update skip locked) r
          limit $3),
        taken as (
          delete from ready where ctid = any(array(select ctid from picked)) returning job_id, priority, seq, attempt),
        t as materialized (select nextval('claim_token') as token),
        lease as (
          insert into running (job_id, token, worker_id, attempt, claimed_at, deadline_at)
          select job_id, (select token from t), $4, attempt + 1, now(), now() + interval '5 minutes' from taken)
        select j.id, t.token, taken.priority, taken.seq, j.name, j.payload, taken.attempt + 1 as attempt
        from t, taken join job j on j.id = taken.job_id
        where j.id = any(array(select job_id from taken))`,
      values: [request.queue, request.floors, request.limit, request.workerId, request.ceilings],
    };
  }

  finish(batch: FinishBatch): Query {
    return {
      name: 'finish',
      text: `with lease as (
          delete from running r using unnest($1::uuid[], $2::bigint[], $3::text[]) f (id, token, result)
          where r.job_id = any($1::uuid[]) and r.job_id = f.id and r.token = f.token
          returning r.job_id, r.attempt, r.worker_id, r.claimed_at, f.result),
        gone as (
          delete from job j using lease l where j.id = l.job_id
          returning j.*, l.attempt as spent, l.worker_id, l.claimed_at, l.result)
        insert into job_history (${HISTORY_COLUMNS})
        select ${carried().replace('attempt', 'spent')}, 'completed', worker_id, claimed_at, now(), result::jsonb,
          now() + interval '7 days'
        from gone returning id`,
      values: [batch.ids, batch.tokens, batch.results],
    };
  }

  promote(limit: number): Query {
    return {
      name: 'promote',
      text: `with due as materialized (
          select ctid from scheduled where run_at <= now() order by run_at limit $1 for update skip locked),
        gone as (delete from scheduled where ctid = any(array(select ctid from due)) returning job_id, attempt)
        insert into ready (queue, priority, job_id, attempt)
        select j.queue, j.priority, j.id, gone.attempt from gone join job j on j.id = gone.job_id
        where j.id = any(array(select job_id from gone)) order by j.id returning job_id as id`,
      values: [limit],
    };
  }

  rescue(workerId: string): Query {
    return {
      name: 'rescue',
      text: `with dead as materialized (select job_id from running where worker_id = $1 for update skip locked),
        gone as (delete from running where job_id = any(array(select job_id from dead)) returning job_id, attempt)
        insert into ready (queue, priority, job_id, attempt)
        select j.queue, j.priority, j.id, gone.attempt from gone join job j on j.id = gone.job_id
        where j.id = any(array(select job_id from gone)) returning job_id as id`,
      values: [workerId],
    };
  }

  fillReady(count: number): string {
    return `with made as (insert into job (id, queue, priority, name, payload)
        select uuidv7(), 'default', 5, 'noop', ${FILL_PAYLOAD} from generate_series(1, ${count}) i
        returning id, queue, priority)
      insert into ready (queue, priority, job_id) select queue, priority, id from made`;
  }

  fillScheduled(count: number, due: number): string {
    return `with made as (insert into job (id, queue, priority, name, payload)
        select uuidv7(), 'default', 5, 'noop', ${FILL_PAYLOAD} from generate_series(1, ${count}) i returning id)
      insert into scheduled (run_at, job_id)
      select case when i <= ${due} then now() - interval '1 second' else now() + interval '1 day' + i * interval '1 second' end, id
      from (select id, row_number() over () as i from made)`;
  }
}
