import { statement } from '../statement.js';

/** Under which id the parts of a blob are stored: a probe of its key. */
export const findBlob = statement<readonly [key: string], { readonly upload: string }>(
  'find-blob',
  ({ schema }) => `select b.upload from ${schema}.blob b where b.key = $1`,
);
