import { nextValue, statement } from '../statement.js';
import { guard } from './guard.js';
import { jobColumns, jobValues } from './job-columns.js';
import { holdsLease } from './worker-lease.js';

/**
 * Claims the next jobs of several queues for one worker, in the order of priority and insertion within each queue.
 *
 * Plan: one probe of `job_claim` for each queue and priority, from a floor below which this process knows of nothing to
 * claim, and one of a slice behind that floor; never a sort, never a walk over another queue; the rows come in no order. `materialized` keeps the planner from running the probe twice.
 *
 * Races: rows that another claim has locked are skipped; one claimed since the snapshot fails the recheck of its token. A
 * worker whose lease has run out claims nothing, and the foreign key of `claim` refuses one that was removed meanwhile.
 *
 * Lock keys: the first job of a free key takes its row in `lock`; the others are parked in `job_waiting`, whatever their
 * number, and released one by one by whoever frees the key. `on conflict do update` waits for a finish that is freeing
 * the key at this moment, and makes a later one see what was parked here. The fencing token is drawn when that wait is
 * over: of two holders of a key, the later one has the larger token.
 */
export const claimJobs = statement<
  readonly [
    worker: string,
    workerName: string,
    names: readonly string[],
    limit: number,
    queues: readonly string[],
    rooms: readonly number[],
    floors: readonly number[],
    defaultTimeout: number,
    emptied: readonly string[],
    slack: number,
    pipelines: readonly string[],
    behindFrom: number,
    behindTo: number,
  ],
  ClaimRow
>(
  'claim-jobs',
  ({ schema }) => `
with forgotten as (
  delete from ${schema}.claim where token = any($9::bigint[])
),
served as materialized (
  select s.name, s.room, s.ord
  from unnest($5::text[], $6::int[]) with ordinality as s(name, room, ord)
  where not exists (select from ${schema}.queue q where q.name = s.name and q.paused_at is not null)
    and exists (select from ${schema}.worker w
      where w.id = $1::uuid and ${holdsLease(schema, 'w')})
),
picked as materialized (
  select c.* from served s
  cross join lateral (
    select j.*
    from generate_series(0, 9) as p(priority)
    cross join lateral (select ($7::bigint[])[(s.ord - 1) * 10 + p.priority + 1] as floor) f
    cross join lateral (values ($12::bigint, least($13::bigint, f.floor)), (f.floor, 9223372036854775807)) as r(low, high)
    cross join lateral (
      select j.id, j.seq, j.lock_key, j.timeout_ms, j.tenant, j.name, j.unique_key from ${schema}.job j
      where j.queue = s.name and j.priority = p.priority and j.seq >= r.low and j.seq < r.high and r.low < r.high
        and ${guard('claim', 'job', 'j')} and ${CLAIMED_NAME} = any($3::text[])
        and (j.pipeline is null or j.pipeline = any($11::text[]))
      order by j.seq limit s.room for update skip locked
    ) j
    limit s.room
  ) c
  limit $4
),
firsts as materialized (
  select distinct on (lock_key) lock_key, id from picked where lock_key is not null order by lock_key, seq
),
held as (
  insert into ${schema}.lock as l (key, job_id, holder, acquired_at)
  select f.lock_key, f.id, $2::text, ${schema}.clock() from firsts f order by f.lock_key
  on conflict (key) do update set
    job_id = case when l.expires_at <= ${schema}.clock() then excluded.job_id else l.job_id end,
    expires_at = case when l.expires_at <= ${schema}.clock() then null else l.expires_at end,
    holder = case when ${OURS(schema)} then excluded.holder else l.holder end,
    token = case when ${OURS(schema)} then null else l.token end,
    acquired_at = case when ${OURS(schema)} then excluded.acquired_at else l.acquired_at end
  returning l.key, l.job_id
),
fence as materialized (
  select ${nextValue(schema, 'fencing_token')} as token
  where exists (select from picked) and (select count(*) from held) >= 0
),
judged as materialized (
  select p.*, p.lock_key is null or coalesce(p.id in (select job_id from held), false) as ready from picked p
),
claimed as (
  update ${schema}.job j set token = fence.token, worker_id = $1::uuid, attempt = j.attempt + 1, claimed_at = ${schema}.clock(),
    deadline_at = ${schema}.clock() + (coalesce(j.timeout_ms, $8::int) + $10::int) * interval '1 millisecond'
  from fence where j.id = any(array(select id from judged where ready))
  returning ${claimedRow('j', '$8::int')}
),
batch as (
  insert into ${schema}.claim (token, worker_id, job_ids, claimed_at, deadline_at)
  select fence.token, $1::uuid, array_agg(r.id), ${schema}.clock(),
    ${schema}.clock() + (min(coalesce(r.timeout_ms, $8::int)) + $10::int) * interval '1 millisecond'
  from judged r cross join fence where r.ready group by fence.token
),
started as (
  delete from ${schema}.unique_key k using judged r
  where r.ready and r.unique_key is not null and k.tenant = r.tenant and k.name = r.name and k.key = r.unique_key
    and k.job_id = r.id and k.scope = 'queued'
),
blocked as (
  delete from ${schema}.job j where j.id = any(array(select id from judged where not ready)) returning j.*
),
parked as (
  insert into ${schema}.job_waiting (${jobColumns}, state) select ${jobValues('b')}, 'pending' from blocked b returning id
)
select c.*, (select count(*) from parked)::int as parked from claimed c
union all
select null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, count(*)::int
from parked having count(*) > 0 and not exists (select from claimed)`,
);

/**
 * The select list of a ClaimedRow, without `parked`, from a row of `job`. `date_part`, because `extract` computes in
 * `numeric`; tags are null if there are none, because parsing an array costs the worker more than the rest of the row.
 */
export function claimedRow(alias: string, defaultTimeout: string): string {
  return `${alias}.id, ${alias}.seq::text as seq, ${alias}.name, ${alias}.queue, ${alias}.priority, ${alias}.payload,
    ${alias}.attempt, ${alias}.max_attempts as "maxAttempts", coalesce(${alias}.timeout_ms, ${defaultTimeout}) as "timeoutMs",
    ${alias}.lock_key as "lockKey", nullif(${alias}.tags, '{}') as tags, ${alias}.meta, ${alias}.pipeline, ${alias}.run_id as "runId", ${alias}.step,
    ${alias}.item, date_part('epoch', ${alias}.created_at) * 1000 as "createdAt",
    date_part('epoch', ${alias}.claimed_at - ${alias}.available_at) * 1000 as "waitMs", ${alias}.token::text as token,
    ${alias}.payload_version as "payloadVersion"`;
}

/** What a worker must know to run the job: its name, and of later versions of its payload, `name@2`. */
const CLAIMED_NAME = `(case when j.payload_version is null then j.name else j.name || '@' || j.payload_version end)`;

/** Whether the key becomes this claim's: its lease ran out, or it was passed on to a job of this batch. */
const OURS = (schema: string): string => `(l.expires_at <= ${schema}.clock() or l.job_id in (select id from picked))`;

/** A job as its worker gets it; times are milliseconds, bigints are text. */
export interface ClaimedRow {
  readonly id: string;
  readonly name: string;
  readonly queue: string;
  readonly priority: number;
  readonly payload: unknown;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  readonly lockKey: string | null;
  /** Null if there are none. */
  readonly tags: readonly string[] | null;
  readonly meta: Readonly<Record<string, unknown>> | null;
  /** Name and version of the pipeline of its run, as `name@version`. */
  readonly pipeline: string | null;
  readonly runId: string | null;
  readonly step: string | null;
  readonly item: number | null;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly waitMs: number | null;
  /** The fencing token of this claim. */
  readonly token: string;
  /** Null: the first. */
  readonly payloadVersion: number | null;
}

/** A row of a claim's answer. */
export interface ClaimRow extends ClaimedRow {
  readonly seq: string;
  /** How many jobs this claim parked behind a lock key. */
  readonly parked: number;
}
