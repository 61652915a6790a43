import { statement } from '../statement.js';

/**
 * Gives the parts that were stored their key, or removes them if it is known already: equal bytes are kept once. Of two that
 * put the same at once, the second waits for the first one's transaction.
 */
export const saveBlob = statement<readonly [key: string, size: number, upload: string], { readonly saved: number }>(
  'save-blob',
  ({ schema }) => `
with saved as (
  insert into ${schema}.blob (key, size, upload, created_at) values ($1, $2::bigint, $3::uuid, ${schema}.clock())
  on conflict (key) do nothing
  returning 1
),
spare as (
  delete from ${schema}.blob_part p where p.upload = $3::uuid and not exists (select from saved)
)
select count(*)::int as saved from saved`,
);
