import { statement } from '../statement.js';
import { ownAttempt } from './own-attempt.js';

/** Records that a signal did not come in time, so that no later attempt takes one. Fenced as `save-checkpoint`. */
export const expireWait = statement<readonly [job: string, token: string, place: number], { readonly place: number }>(
  'expire-wait',
  ({ schema }) => `
with ${ownAttempt(schema)},
expired as (
  update ${schema}.checkpoint c set kind = 'timeout' from mine m where c.job_id = m.id and c.place = $3::int returning c.place
)
select place from expired`,
);
