import { statement } from '../statement.js';

/** The oldest signal of that name that a job has not looked at. A range of the few that a job has; reads only. */
export const findSignal = statement<
  readonly [job: string, name: string],
  { readonly id: string; readonly payload: unknown }
>(
  'find-signal',
  ({ schema }) => `
select s.id, s.payload from ${schema}.signal s
where s.job_id = $1::uuid and s.name = $2 and s.refused is null
order by s.id limit 1`,
);
