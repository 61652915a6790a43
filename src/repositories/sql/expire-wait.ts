import { statement } from '../statement.js';
import { guard } from './guard.js';

/** Records that a signal did not come in time, so that no later attempt takes one. Fenced as `save-checkpoint`. */
export const expireWait = statement<readonly [job: string, token: string, place: number], { readonly place: number }>(
  'expire-wait',
  ({ schema }) => `
with mine as materialized (
  select j.id from ${schema}.job j where j.id = $1::uuid and j.token = $2::bigint and ${guard('complete', 'job', 'j')} for share
),
expired as (
  update ${schema}.checkpoint c set kind = 'timeout' from mine m where c.job_id = m.id and c.place = $3::int returning c.place
)
select place from expired`,
);
