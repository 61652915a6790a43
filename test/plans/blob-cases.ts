import { createHash } from 'node:crypto';
import { deleteBlob } from '../../src/repositories/sql/delete-blob.js';
import { findBlob } from '../../src/repositories/sql/find-blob.js';
import { findBlobPart } from '../../src/repositories/sql/find-blob-part.js';
import { saveBlob } from '../../src/repositories/sql/save-blob.js';
import { saveBlobPart } from '../../src/repositories/sql/save-blob-part.js';
import { idOf } from './million.js';
import { statementCase, type StatementCase } from './statement-case.js';

/** The key of the nth blob. */
const keyOf = (n: number): string => createHash('md5').update(String(n)).digest('hex').repeat(2);

/** What keeps blobs. */
export const blobCases: readonly StatementCase[] = [
  statementCase(saveBlobPart, [idOf('fresh', 1), 0, '\\x00' as never], { answers: 0, buffers: 20 }),
  statementCase(saveBlob, ['f'.repeat(64), 1, idOf('fresh', 1)], {
    of: 'a new one',
    answers: 1,
    writes: 1,
    buffers: 30,
  }),
  statementCase(saveBlob, [keyOf(500), 4, idOf('run', 501)], {
    of: 'one that is there',
    answers: 1,
    buffers: 40,
  }),
  statementCase(findBlob, [keyOf(500)], { answers: 1, buffers: 10 }),
  statementCase(findBlobPart, [idOf('run', 500), 1], { answers: 1, buffers: 10 }),
  statementCase(deleteBlob, [keyOf(500)], { answers: 1, writes: 1, buffers: 40 }),
];
