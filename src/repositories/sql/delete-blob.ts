import { statement } from '../statement.js';

/** Removes a blob with its parts. Whoever reads it meanwhile finds that it ends too early. */
export const deleteBlob = statement<readonly [key: string], { readonly deleted: number }>(
  'delete-blob',
  ({ schema }) => `
with gone as (
  delete from ${schema}.blob b where b.key = $1 returning b.upload
),
parts as (
  delete from ${schema}.blob_part p where p.upload = any(array(select upload from gone))
)
select count(*)::int as deleted from gone`,
);
