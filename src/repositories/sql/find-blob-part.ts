import { statement } from '../statement.js';

/** One part of a blob, from 0: a probe of the primary key. */
export const findBlobPart = statement<readonly [upload: string, part: number], { readonly content: Uint8Array }>(
  'find-blob-part',
  ({ schema }) => `select p.content from ${schema}.blob_part p where p.upload = $1::uuid and p.part = $2::int`,
);
