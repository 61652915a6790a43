import { statement } from '../statement.js';

/** Whether there is any job, finished ones included. */
export const hasJobs = statement<readonly [], { readonly found: boolean }>(
  'has-jobs',
  ({ schema }) => `
select exists (select from ${schema}.job) or exists (select from ${schema}.job_waiting)
  or exists (select from ${schema}.job_history) as found`,
);
