import { nextValue, statement } from '../statement.js';
import { intoHistory } from './complete-jobs.js';
import { jobColumns } from './job-columns.js';
import { runIsOver } from './run-is-over.js';
import { fenced, place } from './settle.js';
import { holdsLease } from './worker-lease.js';

/**
 * Completes single jobs of runs and, in the same statement, begins the one step that follows each, or completes the run:
 * what `complete-jobs`, `lock-runs`, `record-steps`, `start-steps`, `enqueue-jobs`, `claim-jobs` and `complete-runs` do
 * one after the other. The next jobs that the caller has room for are its own at once, under a fresh token.
 *
 * Locks rows of jobs, then of runs, as everybody does. An attempt is left alone, its job included, if it is no longer the
 * caller's, if it holds a key that must be passed on, or if its run is not running, or a step of another: such a one is not among those
 * accepted, and takes the long way. Who had a run's row before is seen, for the lock rechecks its state; and nobody but
 * the one who finishes a single job touches the row of its step while the run is running.
 *
 * `is true` and `width_bucket` keep the planner, which takes a CTE for a row or two, from comparing each with each.
 *
 * Nothing is handed over out of a paused queue, or to a worker whose lease has run out.
 */
export const advanceRuns = statement<AdvanceParams, AdvancedRow>(
  'advance-runs',
  ({ schema }) => `
with mine as materialized (
  select j.id, j.run_id from ${schema}.job j
  where ${fenced('complete', 'j.lock_key is null and j.unique_key is null')} for update
),
held as materialized (
  select r.id, r.priority from ${schema}.pipeline_run r
  where r.id = any(array(select run_id from mine)) and r.state = 'running' and r.parent_id is null
  order by r.id for no key update
),
gone as (
  delete from ${schema}.job j where j.id = any(array(select m.id from mine m where (m.run_id in (select id from held)) is true)) returning j.*
),
${intoHistory(schema)},
recorded as (
  update ${schema}.pipeline_step s set state = 'completed', remaining = 0, result = $3::jsonb -> (e.place - 1), finished_at = ${schema}.clock()
  from (
    select ${place('g')} as place, s.tid from gone g
    cross join lateral (
      select s.ctid as tid from ${schema}.pipeline_step s where s.run_id = g.run_id and s.step = g.step offset 0
    ) s
  ) e where s.ctid = e.tid
),
successor as materialized (
  select g.run_id, g.tags, g.owner, g.tenant, g.pipeline, n.place, ($4::uuid[])[n.place] as id, ($5::int[])[n.place] as spec,
    ($7::boolean[])[n.place] as handed,
    (array(select priority from held order by id))[width_bucket(g.run_id, array(select id from held order by id))] as priority
  from gone g cross join lateral (select ${place('g')} as place offset 0) n
  where ($5::int[])[n.place] > 0
),
begun as (
  insert into ${schema}.pipeline_step (run_id, step, position, kind, state, total, remaining, started_at)
  select n.run_id, ($8::text[])[n.spec], ($9::smallint[])[n.spec], 'one', 'running', 1, 1, ${schema}.clock() from successor n
),
closed as materialized (
  select s.spec::int as spec from unnest($11::${schema}.identifier[]) with ordinality as s(queue, spec)
  join ${schema}.queue q on q.name = s.queue where q.paused_at is not null
),
lease as materialized (
  select ${nextValue(schema, 'fencing_token')} as token from ${schema}.worker w
  where w.id = $16::uuid and ${holdsLease(schema, 'w')}
    and exists (select from successor where handed)
),
next as materialized (
  select n.*, l.token from successor n left join lease l on n.handed and n.spec not in (select spec from closed)
),
enqueued as (
  insert into ${schema}.job (${jobColumns}, token, worker_id, claimed_at, deadline_at)
  select n.id, ${nextValue(schema, 'job_seq')}, ($10::${schema}.identifier[])[n.spec], ($11::${schema}.identifier[])[n.spec],
    coalesce(n.priority, ($12::smallint[])[n.spec]), $6::jsonb -> (n.place - 1),
    case when n.token is null then 0 else 1 end, ($13::smallint[])[n.spec], ($14::int[])[n.spec], ($15::bigint[])[n.spec],
    null, null, n.tags, null, n.owner, n.tenant, n.pipeline, n.run_id, ($8::text[])[n.spec], null, null, null, null,
    ${schema}.clock(), ${schema}.clock(), ($22::smallint[])[n.spec],
    n.token, case when n.token is not null then $16::uuid end, case when n.token is not null then ${schema}.clock() end,
    case when n.token is not null
      then ${schema}.clock() + (coalesce(($14::int[])[n.spec], $17::int) + $18::int) * interval '1 millisecond' end
  from next n
),
batch as (
  insert into ${schema}.claim (token, worker_id, job_ids, claimed_at, deadline_at)
  select n.token, $16::uuid, array_agg(n.id), ${schema}.clock(),
    ${schema}.clock() + (min(coalesce(($14::int[])[n.spec], $17::int)) + $18::int) * interval '1 millisecond'
  from next n where n.token is not null group by n.token
),
over as (
  update ${schema}.pipeline_run r set state = 'completed', ${runIsOver(schema)},
    output = $3::jsonb -> (($20::int[])[width_bucket(r.id, $19::uuid[])] - 1)
  where r.id = any(array(select g.run_id from gone g where ($5::int[])[${place('g')}] = 0))
)
select
  case when (select count(*) from gone) < cardinality($1::uuid[]) then array(select id from gone) end as accepted,
  (select max(token) from next)::text as token,
  array(select id from next where token is not null and priority is not null) as prioritized,
  array(select id from next where handed and token is null) as "notHanded",
  date_part('epoch', ${schema}.clock()) * 1000 as "createdAt",
  case when exists (select from next where token is null) then pg_notify($21, '') end`,
);

/**
 * Column by column: of the jobs that have ended, in the order of their ids; of what may follow, the few different kinds;
 * of the runs that end, in the order of theirs.
 */
export type AdvanceParams = readonly [
  ids: readonly string[],
  tokens: readonly string[],
  /** JSON array. */
  results: string,
  /** Of the next jobs; any UUID where none follows. */
  nextIds: readonly string[],
  /** From 1 on; 0 where the run ends. */
  kinds: readonly number[],
  /** JSON array. */
  payloads: string,
  handed: readonly boolean[],
  steps: readonly string[],
  positions: readonly number[],
  names: readonly string[],
  queues: readonly string[],
  priorities: readonly number[],
  maxAttempts: readonly number[],
  timeouts: readonly (number | null)[],
  keeps: readonly (number | null)[],
  worker: string | null,
  defaultTimeout: number,
  slack: number,
  endingRuns: readonly string[],
  /** Where the last job of each is among `ids`, from 1 on. */
  lastJobs: readonly number[],
  channel: string,
  /** Of the few kinds. */
  payloadVersions: readonly (number | null)[],
];

export interface AdvancedRow {
  /** The jobs that were completed; null if all of them were. */
  readonly accepted: readonly string[] | null;
  /** Under which the next jobs are the caller's; null if none is. */
  readonly token: string | null;
  /** Of those that are the caller's, the ones whose run has a priority of its own. */
  readonly prioritized: readonly string[];
  /** The next jobs that wait in their queue though the caller had room for them. */
  readonly notHanded: readonly string[];
  /** Epoch milliseconds. */
  readonly createdAt: number;
}
