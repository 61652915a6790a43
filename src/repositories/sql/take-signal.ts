import { statement } from '../statement.js';
import { ownAttempt } from './own-attempt.js';

/** Makes a signal the result of the checkpoint at which its job waited. Fenced as `save-checkpoint`. */
export const takeSignal = statement<
  readonly [job: string, token: string, place: number, signal: string],
  { readonly place: number }
>(
  'take-signal',
  ({ schema }) => `
with ${ownAttempt(schema)},
taken as (
  delete from ${schema}.signal s using mine m where s.job_id = m.id and s.id = $4::uuid returning s.job_id, s.payload
),
saved as (
  update ${schema}.checkpoint c set result = t.payload from taken t where c.job_id = t.job_id and c.place = $3::int
  returning c.place
)
select place from saved`,
);
