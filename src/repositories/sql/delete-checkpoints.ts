import { statement } from '../statement.js';
import { anyOf } from './any-of.js';

/** Deletes what handlers recorded on the way to the end of their jobs, and signals that nobody took. */
export const deleteCheckpoints = statement<readonly [jobs: readonly string[]], { readonly checkpoints: number }>(
  'delete-checkpoints',
  ({ schema }) => `
with signals as (
  delete from ${schema}.signal s where s.job_id = ${anyOf(1, 'uuid')}
),
gone as (
  delete from ${schema}.checkpoint c where c.job_id = ${anyOf(1, 'uuid')} returning 1
)
select count(*)::int as checkpoints from gone`,
);
