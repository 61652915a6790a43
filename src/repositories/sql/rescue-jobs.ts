import { statement } from '../statement.js';
import { guard } from './guard.js';
import { appendError, freeUniqueKeys, jobColumns, jobValues, pruneAt } from './job-columns.js';
import { lostLease } from './worker-lease.js';

/**
 * Frees what dead workers held, and attempts whose deadline has passed although their worker lives. Works from `claim`:
 * a row a batch, so nothing is scanned that is not held. Locks worker → claim → job, and skips what others hold: a worker
 * whose heartbeat or claim is in flight, a job that is being finished or cancelled. The attempt stays counted: a job that
 * kills its workers ends, when it is claimed once more than it may be tried, as a dead letter.
 */
export const rescueJobs = statement<readonly [limit: number, error: string, channel: string | null], RescuedRow>(
  'rescue-jobs',
  ({ schema }) => `
with dead as materialized (
  select w.id from ${schema}.worker w
  where ${lostLease(schema, 'w')}
  order by w.id for no key update skip locked
),
lapsed as materialized (
  select c.token, c.job_ids, c.worker_id, d.id is not null as dead
  from ${schema}.claim c left join dead d on d.id = c.worker_id
  where d.id is not null or c.deadline_at < ${schema}.clock()
  order by c.token limit $1 for update of c skip locked
),
overdue as materialized (
  select j.* from lapsed l cross join lateral unnest(l.job_ids) as i(id)
  cross join lateral (
    select j.id, j.cancel_requested_at is not null as cancelled from ${schema}.job j
    where j.id = i.id and j.token = l.token and ${guard('rescue', 'job', 'j')}
      and (l.dead or j.deadline_at < ${schema}.clock())
    for update skip locked
  ) j
),
back as (
  update ${schema}.job j set token = null, worker_id = null, claimed_at = null, deadline_at = null,
    errors = ${appendError(
      'j.errors',
      `($2::jsonb || jsonb_build_object('attempt', j.attempt, 'at', ${schema}.clock(), 'code', case when ${DEAD} then '${LOST}' else 'DEADLINE_PASSED' end, 'worker', j.worker_id))`,
    )}
  where j.id = any(array(select id from overdue where not cancelled))
  returning j.id, j.name, j.queue, j.attempt, j.lock_key, j.run_id, j.errors -> -1 ->> 'code' = '${LOST}' as dead
),
stopped as (
  delete from ${schema}.job j where j.id = any(array(select id from overdue where cancelled))
  returning j.*, ${DEAD} as dead
),
cancelled as (
  insert into ${schema}.job_history (${jobColumns}, state, reason, token, worker_id, claimed_at, finished_at, prune_at)
  select ${jobValues('g', { attempt: 'least(g.attempt, g.max_attempts)' })}, 'cancelled', g.cancel_reason, g.token, g.worker_id,
    g.claimed_at, ${schema}.clock(), ${pruneAt(schema, 'g')}
  from stopped g
),
freed as (${freeUniqueKeys(schema, 'stopped')}),
emptied as (
  delete from ${schema}.claim c using lapsed l where c.token = l.token and l.dead and not exists (${left(schema, '1')}) returning 1
),
extended as (
  update ${schema}.claim c set deadline_at = coalesce((${left(schema, 'min(j.deadline_at)')}), 'infinity')
  from lapsed l where c.token = l.token and not l.dead returning 1
),
notified as materialized (
  select case when $3::text is not null then pg_notify($3, '') end from back limit 1
)
select id, name, queue, attempt, 'rescue' as verb, lock_key as "lockKey", run_id as "runId", dead from back
  where (select count(*) from notified) >= 0
union all
select id, name, queue, attempt, 'cancel', lock_key, run_id, dead from stopped`,
);

const LOST = 'WORKER_LOST';

/** Whether the worker of a row of `job`, before it is changed, is dead. */
const DEAD = 'j.worker_id = any(array(select id from dead))';

/**
 * Of the jobs of a batch `c` those that stay claimed: not due yet, or held by somebody at this moment. Their batch must stay
 * as well, for nothing else leads the next sweep to them.
 */
const left = (schema: string, what: string): string => `
    select ${what} from unnest(c.job_ids) i(id) join ${schema}.job j on j.id = i.id and j.token = c.token
    where j.id not in (select id from overdue)`;

export interface RescuedRow {
  readonly id: string;
  readonly name: string;
  readonly queue: string;
  readonly attempt: number;
  readonly verb: 'rescue' | 'cancel';
  readonly lockKey: string | null;
  readonly runId: string | null;
  /** True if its worker died, false if only its deadline passed. */
  readonly dead: boolean;
}
