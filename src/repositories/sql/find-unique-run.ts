import { statement } from '../statement.js';

/** The unfinished run of a pipeline that has a unique key: a probe of the index that makes it unique. */
export const findUniqueRun = statement<readonly [tenant: string, name: string, key: string], { readonly id: string }>(
  'find-unique-run',
  ({ schema }) => `
select r.id from ${schema}.pipeline_run r
where r.tenant = $1 and r.name = $2 and r.unique_key = $3 and r.finished_at is null`,
);
