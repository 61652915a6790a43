import type { Readable } from 'node:stream';
import type { DataSource, EntityManager } from 'typeorm';
import { BlobError } from '../core/blob-error.js';
import { newId } from '../engine/new-id.js';
import { Database } from '../repositories/database.js';
import type { StatementRunner } from '../repositories/session.js';
import { runnerOf } from '../repositories/session.js';
import { deleteBlob } from '../repositories/sql/delete-blob.js';
import { findBlob } from '../repositories/sql/find-blob.js';
import { findBlobPart } from '../repositories/sql/find-blob-part.js';
import { saveBlob } from '../repositories/sql/save-blob.js';
import { saveBlobPart } from '../repositories/sql/save-blob-part.js';
import { BlobDigest, contentKey, verified } from './blob-digest.js';
import type { BlobRef } from './blob-ref.js';
import type { BlobSource, PutOptions } from './blob-store.js';
import { BlobStore } from './blob-store.js';

/** What is in memory of a blob at once, and in a row of the table. */
const PART_BYTES = 1024 * 1024;

/**
 * Blobs in tables of Rowlock's schema: backed up with everything else. For many gigabytes a file system or an object store
 * is the better place. It is the store of a container that names no other.
 */
export class DatabaseBlobStore extends BlobStore {
  readonly #database: Database;

  /** @param schema that of Rowlock's tables; default `'rowlock'` */
  constructor(dataSource: DataSource, { schema = 'rowlock' }: { readonly schema?: string } = {}) {
    super();
    this.#database = new Database(dataSource, schema);
  }

  put(content: BlobSource, options: PutOptions = {}): Promise<BlobRef> {
    const digest = new BlobDigest();
    const upload = newId();
    const save = async (manager: EntityManager): Promise<void> => {
      const tx = runnerOf(this.#database, manager);
      let part = 0;
      for await (const bytes of partsOf(digest.pass(content))) await tx.run(saveBlobPart, [upload, part++, bytes]);
    };
    // The content comes from elsewhere, and may take its time.
    return this.#database.userTransaction(save, async (manager) => {
      const ref = digest.ref(options);
      await this.#database.runOn(manager, saveBlob, [ref.key, ref.size, upload]);
      return ref;
    });
  }

  async get(ref: BlobRef): Promise<Readable> {
    const [blob] = await this.#database.run(findBlob, [contentKey(ref)]);
    if (!blob) throw new BlobError('BLOB_NOT_FOUND', ref.key);
    return verified(ref, storedParts(this.#database, blob.upload));
  }

  async delete(ref: BlobRef): Promise<boolean> {
    const [row] = await this.#database.run(deleteBlob, [contentKey(ref)]);
    return (row?.deleted ?? 0) > 0;
  }
}

/** One row at a time; past the last there is none. */
async function* storedParts(on: StatementRunner, upload: string): AsyncGenerator<Uint8Array, undefined> {
  for (let part = 0; ; part++) {
    const [row] = await on.run(findBlobPart, [upload, part]);
    if (!row) return;
    yield row.content;
  }
}

/** The same bytes in parts of one size, but for the last. */
async function* partsOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, undefined> {
  let pending: Uint8Array[] = [];
  let size = 0;
  for await (const bytes of content) {
    pending.push(bytes);
    size += bytes.length;
    if (size < PART_BYTES) continue;
    const whole = Buffer.concat(pending);
    const full = size - (size % PART_BYTES);
    for (let at = 0; at < full; at += PART_BYTES) yield whole.subarray(at, at + PART_BYTES);
    pending = [whole.subarray(full)];
    size -= full;
  }
  if (size > 0) yield Buffer.concat(pending);
}
