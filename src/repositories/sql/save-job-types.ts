import { statement } from '../statement.js';

/** The settings of a job type as its class declares them, for producers that do not load the class. */
export interface JobTypeRow {
  readonly name: string;
  readonly version: number;
  readonly queue: string;
  readonly priority: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number | null;
  readonly keepMs: number | null;
  readonly lockTemplate: string | null;
  readonly uniqueTemplate: string | null;
  readonly uniqueScope: string | null;
  readonly uniquePeriodMs: number | null;
  readonly uniqueOnConflict: string | null;
  /** A key is computed by a function, which only a process with the class can call. */
  readonly needsClass: boolean;
}

/** Registers job types; the newest worker's settings win. Unchanged rows are not written, so a restart costs nothing. */
export const saveJobTypes = statement<readonly [types: string], { readonly saved: number }>(
  'save-job-types',
  ({ schema }) => `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as t(name text, version int, queue text, priority smallint, "maxAttempts" smallint,
    "timeoutMs" int, "keepMs" bigint, "lockTemplate" text, "uniqueTemplate" text, "uniqueScope" text, "uniquePeriodMs" bigint,
    "uniqueOnConflict" text, "needsClass" boolean)
),
saved as (
  insert into ${schema}.job_type as t (name, version, queue, priority, max_attempts, timeout_ms, keep_ms, lock_template,
    unique_template, unique_scope, unique_period_ms, unique_on_conflict, needs_class, updated_at)
  select name, version, queue, priority, "maxAttempts", "timeoutMs", "keepMs", "lockTemplate", "uniqueTemplate", "uniqueScope",
    "uniquePeriodMs", "uniqueOnConflict", "needsClass", ${schema}.clock()
  from given order by name
  on conflict (name) do update set version = excluded.version, queue = excluded.queue, priority = excluded.priority,
    max_attempts = excluded.max_attempts, timeout_ms = excluded.timeout_ms, keep_ms = excluded.keep_ms,
    lock_template = excluded.lock_template, unique_template = excluded.unique_template, unique_scope = excluded.unique_scope,
    unique_period_ms = excluded.unique_period_ms, unique_on_conflict = excluded.unique_on_conflict,
    needs_class = excluded.needs_class, updated_at = excluded.updated_at
  where (t.version, t.queue, t.priority, t.max_attempts, t.timeout_ms, t.keep_ms, t.lock_template, t.unique_template,
      t.unique_scope, t.unique_period_ms, t.unique_on_conflict, t.needs_class)
    is distinct from (excluded.version, excluded.queue, excluded.priority, excluded.max_attempts, excluded.timeout_ms,
      excluded.keep_ms, excluded.lock_template, excluded.unique_template, excluded.unique_scope, excluded.unique_period_ms,
      excluded.unique_on_conflict, excluded.needs_class)
    and t.version <= excluded.version
  returning 1
)
select count(*)::int as saved from saved`,
);
