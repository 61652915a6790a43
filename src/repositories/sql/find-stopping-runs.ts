import { statement } from '../statement.js';

/** Runs that are being stopped: a range of an index that holds no others. Whoever began it may have died. */
export const findStoppingRuns = statement<readonly [limit: number], { readonly id: string }>(
  'find-stopping-runs',
  ({ schema }) => `
select r.id from ${schema}.pipeline_run r where r.state = 'stopping' order by r.id limit (select $1::int)`,
);
