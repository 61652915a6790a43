import { nextValue, statement } from '../statement.js';
import { jobColumns } from './job-columns.js';

/**
 * Inserts a batch: due jobs into `job`, later ones into `job_waiting`. One snapshot, no row locks; two producers never
 * wait for each other. The caller's rollback takes all of it back, the notification included.
 */
export const enqueueJobs = statement<EnqueueParams, { readonly scheduled: number }>(
  'enqueue-jobs',
  ({ schema }) => `
with ${enqueueInput(schema)},
due as (
  insert into ${schema}.job (${jobColumns}) select ${enqueueValues(schema)} from input i where i.run_at is null
),
later as (
  insert into ${schema}.job_waiting (${jobColumns}, state, run_at)
  select ${enqueueValues(schema)}, 'scheduled', i.run_at from input i where i.run_at is not null
  returning 1
)
select (select count(*) from later)::int as scheduled, case when $16::text is not null then pg_notify($16, '') end`,
  { hasOnePlan: true },
);

/**
 * Column by column, one array element a job: `unnest` keeps the text of the statement the same for any number. A column
 * that must not be null may have one element for all jobs, one that may be null none.
 */
export type EnqueueParams = readonly [
  ids: readonly string[],
  names: readonly string[],
  queues: readonly string[],
  priorities: readonly number[],
  payloads: readonly string[],
  maxAttempts: readonly number[],
  timeouts: readonly (number | null)[],
  keeps: readonly (number | null)[],
  lockKeys: readonly (string | null)[],
  tags: readonly string[],
  delays: readonly (number | null)[],
  runAts: readonly (string | null)[],
  runIds: readonly (string | null)[],
  steps: readonly (string | null)[],
  items: readonly (number | null)[],
  channel: string | null,
  metas: readonly (string | null)[],
  owners: readonly (string | null)[],
  tenants: readonly string[],
  pipelines: readonly (string | null)[],
  payloadVersions: readonly (number | null)[],
];

/**
 * The CTE `input`: one row a job, with `run_at` null for what is due. Uses parameters 1 to 21. Names are of their domain from
 * the start, so that one which all jobs have is checked once.
 */
export function enqueueInput(schema: string): string {
  const identifier = `${schema}.identifier`;
  return `raw as (
  select r.id, ${forAll('name', 2, identifier)}, ${forAll('queue', 3, identifier)}, ${forAll('priority', 4, 'smallint')}, r.payload,
    ${forAll('max_attempts', 6, 'smallint')}, r.timeout_ms, r.keep_ms, r.lock_key, ${forAll('tags', 10, 'text')}, r.delay_ms, r.at,
    r.run_id, r.step, r.item, r.meta, r.owner, ${forAll('tenant', 19, 'text')}, r.pipeline, r.payload_version, r.ord
  from unnest($1::uuid[], $2::${identifier}[], $3::${identifier}[], $4::smallint[], $5::text[], $6::smallint[], $7::int[], $8::bigint[],
    $9::text[], $10::text[], $11::float8[], $12::timestamptz[], $13::uuid[], $14::text[], $15::int[], $17::text[], $18::text[], $19::text[], $20::text[], $21::smallint[])
    with ordinality as r(id, name, queue, priority, payload, max_attempts, timeout_ms, keep_ms, lock_key, tags, delay_ms, at,
      run_id, step, item, meta, owner, tenant, pipeline, payload_version, ord)
),
input as materialized (
  select r.*, case
      when r.delay_ms > 0 then ${schema}.clock() + r.delay_ms * interval '1 millisecond'
      when r.at > ${schema}.clock() then r.at
    end as run_at
  from raw r
)`;
}

const forAll = (column: string, parameter: number, type: string): string =>
  `coalesce(r.${column}, ($${parameter}::${type}[])[1]) as ${column}`;

/** The values of the job columns, out of a row of `input` aliased `i`. */
export function enqueueValues(schema: string, uniqueKey = 'null'): string {
  return `i.id, ${nextValue(schema, 'job_seq')}, i.name, i.queue, i.priority, i.payload::jsonb, 0, i.max_attempts, i.timeout_ms,
    i.keep_ms, i.lock_key, ${uniqueKey}, i.tags::text[], i.meta::jsonb, i.owner, i.tenant, i.pipeline, i.run_id, i.step, i.item,
    null, null, null, ${schema}.clock(), case when i.run_at is null then ${schema}.clock() end,
    i.payload_version`;
}
