import { statement } from '../statement.js';
import { guard } from './guard.js';
import { jobColumns, jobValues } from './job-columns.js';

/**
 * Gives the payload and settings of a newer job to the holder of its unique key, which the caller has locked and which
 * has not started. A time is taken over if there is one. Attempts stay counted, but one more is always left.
 *
 * A holder that waits for a lock key goes on waiting if that is still its key, else it becomes due. The key that it had
 * been given already, if it had, is for the caller to release: `lockKey`.
 *
 * What earlier attempts recorded belongs to the old payload: checkpoints and signals go, and a holder that slept or waited
 * for a signal becomes due, as the new payload has asked for neither.
 */
export const replaceJob = statement<
  readonly [
    id: string,
    payload: string,
    priority: number,
    lockKey: string | null,
    tags: string,
    runAt: string | null,
    delayMs: number | null,
    queue: string,
    maxAttempts: number,
    timeoutMs: number | null,
    keepMs: number | null,
    payloadVersion: number | null,
  ],
  { readonly id: string; readonly lockKey: string | null }
>(
  'replace-job',
  ({ schema }) => `
with due as materialized (
  select coalesce($6::timestamptz, ${schema}.clock() + $7::float8 * interval '1 millisecond') as run_at
),
held as materialized (
  select j.id, j.lock_key from ${schema}.job j where j.id = $1::uuid and ${guard('reschedule', 'job', 'j')} for update
),
available as (
  update ${schema}.job j set ${settings('j')} from held h, due
  where j.id = h.id and due.run_at is null
  returning j.id, h.lock_key as old_key
),
gone as (
  delete from ${schema}.job j using held h, due where j.id = h.id and due.run_at is not null returning j.*
),
postponed as (
  insert into ${schema}.job_waiting (${jobColumns}, state, run_at)
  select ${jobValues('g', { ...VALUES, max_attempts: attemptsOf('g'), available_at: 'null' })}, 'scheduled', due.run_at from gone g cross join due
  returning id
),
waiting as (
  update ${schema}.job_waiting w set ${settings('w')},
    state = case when due.run_at is not null or ${unparked('w')} then 'scheduled' else w.state end,
    run_at = coalesce(due.run_at, case when ${unparked('w')} or ${suspended(schema, 'w')} then ${schema}.clock() end, w.run_at),
    meta = w.meta - 'waitsFor'
  from due where w.id = $1::uuid and w.run_id is null
  returning w.id
),
replaced as (
  select id from available union all select id from postponed union all select id from waiting
),
signals as (
  delete from ${schema}.signal s using replaced r where s.job_id = r.id
),
checkpoints as (
  delete from ${schema}.checkpoint c using replaced r where c.job_id = r.id
)
select id, case when old_key is distinct from $4::text then old_key end as "lockKey" from available
union all select p.id, h.lock_key from postponed p join held h on h.id = p.id
union all select id, null from waiting`,
);

const VALUES = {
  payload: '$2::jsonb',
  priority: '$3::smallint',
  lock_key: '$4::text',
  tags: '$5::text[]',
  queue: '$8::text',
  timeout_ms: '$10::int',
  keep_ms: '$11::bigint',
  payload_version: '$12::smallint',
} as const;

const attemptsOf = (alias: string): string => `greatest($9::smallint, ${alias}.attempt + 1)`;

const settings = (alias: string): string =>
  [...Object.entries(VALUES), ['max_attempts', attemptsOf(alias)]].map((pair) => pair.join(' = ')).join(', ');

/** Whether it waited for a lock key that is its own no longer. */
const unparked = (alias: string): string =>
  `(${alias}.state = 'pending' and ${alias}.lock_key is distinct from $4::text)`;

/** Whether it sleeps, or waits for a signal that has not come. */
const suspended = (schema: string, alias: string): string =>
  `(${alias}.state = 'scheduled' and exists (
    select from ${schema}.checkpoint c where c.job_id = ${alias}.id and c.result is null and c.due_at > ${schema}.clock()))`;
