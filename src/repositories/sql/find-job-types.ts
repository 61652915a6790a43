import { statement } from '../statement.js';
import type { JobTypeRow } from './save-job-types.js';

/** Job types that some worker has registered, by name. */
export const findJobTypes = statement<readonly [names: readonly string[]], JobTypeRow>(
  'find-job-types',
  ({ schema }) => `
select name, version, queue, priority, max_attempts as "maxAttempts", timeout_ms as "timeoutMs", keep_ms::float8 as "keepMs",
  lock_template as "lockTemplate", unique_template as "uniqueTemplate", unique_scope as "uniqueScope",
  unique_period_ms::float8 as "uniquePeriodMs", unique_on_conflict as "uniqueOnConflict", needs_class as "needsClass"
from ${schema}.job_type where name = any($1::text[])`,
);
