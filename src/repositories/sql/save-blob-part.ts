import { statement } from '../statement.js';

/** Stores one part of a blob that is being put; in the transaction that ends with `save-blob`. */
export const saveBlobPart = statement<readonly [upload: string, part: number, content: Uint8Array], never>(
  'save-blob-part',
  ({ schema }) => `
with saved as (
  insert into ${schema}.blob_part (upload, part, content) values ($1::uuid, $2::int, $3::bytea)
)
select from (values (1)) as nothing where false`,
);
