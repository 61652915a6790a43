import { statement } from '../statement.js';

/**
 * Which of a worker's attempts it should stop: those whose cancel was requested, and those that are no longer its own.
 * Probes of the primary key; reads only.
 */
export const checkAttempts = statement<
  readonly [ids: readonly string[], tokens: readonly string[]],
  { readonly id: string; readonly token: string; readonly lost: boolean; readonly reason: string | null }
>(
  'check-attempts',
  ({ schema }) => `
select i.id, i.token::text as token, j.id is null as lost, j.cancel_reason as reason
from unnest($1::uuid[], $2::bigint[]) as i(id, token)
left join lateral (
  select j.id, j.cancel_requested_at, j.cancel_reason from ${schema}.job j where j.id = i.id and j.token = i.token limit 1
) j on true
where j.id is null or j.cancel_requested_at is not null`,
);
