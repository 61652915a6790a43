import { statement } from '../statement.js';

/** Stores the progress of attempts that are still their worker's; heap-only updates. Gives the ids that were. */
export const reportProgress = statement<
  readonly [
    ids: readonly string[],
    tokens: readonly string[],
    fractions: readonly number[],
    messages: readonly (string | null)[],
  ],
  { readonly id: string }
>(
  'report-progress',
  ({ schema }) => `
with updated as (
  update ${schema}.job j set progress = i.fraction, progress_message = i.message
  from unnest($1::uuid[], $2::bigint[], $3::real[], $4::text[]) as i(id, token, fraction, message)
  where j.id = any($1::uuid[]) and j.id = i.id and j.token = i.token
  returning j.id
)
select id from updated`,
);
