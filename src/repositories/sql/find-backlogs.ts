import { statement } from '../statement.js';
import { anyOf } from './any-of.js';

/** Those of the runs that are stopping, and of which items have not begun. */
export const findBacklogs = statement<readonly [runIds: readonly string[]], { readonly runId: string }>(
  'find-backlogs',
  ({ schema }) => `
select r.id as "runId" from ${schema}.pipeline_run r
cross join lateral (select from ${schema}.pipeline_backlog b where b.run_id = r.id limit 1) b
where r.id = ${anyOf(1, 'uuid')} and r.state = 'stopping'`,
);
