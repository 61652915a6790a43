import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { BlobError } from '../core/blob-error.js';
import { BlobDigest, contentKey, verified } from './blob-digest.js';
import type { BlobRef } from './blob-ref.js';
import type { BlobSource, PutOptions } from './blob-store.js';
import { BlobStore } from './blob-store.js';

/**
 * Blobs as files: `<folder>/ab/abcdef…`, after their hashes. Workers on several machines need a folder that they share.
 * @example createContainer({ …, blobs: new FileBlobStore('/var/lib/blobs') });
 */
export class FileBlobStore extends BlobStore {
  /** @param folder made if it is not there */
  constructor(private readonly folder: string) {
    super();
  }

  async put(content: BlobSource, options: PutOptions = {}): Promise<BlobRef> {
    await mkdir(this.folder, { recursive: true });
    const draft = path.join(this.folder, `${randomUUID()}.part`);
    try {
      const digest = new BlobDigest();
      await writeSynced(draft, digest.pass(content));
      const ref = digest.ref(options);
      const file = this.#file(ref);
      await mkdir(path.dirname(file), { recursive: true });
      await rename(draft, file); // atomic: nobody finds half a blob, and a second writer brings the same bytes
      return ref;
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  async get(ref: BlobRef): Promise<Readable> {
    const file = await open(this.#file(ref)).catch((error: unknown) => absent(error, ref));
    return verified(ref, file.createReadStream());
  }

  async delete(ref: BlobRef): Promise<boolean> {
    return rm(this.#file(ref)).then(
      () => true,
      (error: unknown) => (isMissing(error) ? false : Promise.reject(error as Error)),
    );
  }

  #file(ref: BlobRef): string {
    const key = contentKey(ref);
    return path.join(this.folder, key.slice(0, 2), key);
  }
}

/** On the disk, and not in a buffer that a loss of power takes. */
async function writeSynced(name: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(name, 'wx');
  try {
    for await (const part of content) await file.writeFile(part); // each behind the one before
    await file.sync();
  } finally {
    await file.close();
  }
}

function absent(error: unknown, { key }: BlobRef): never {
  throw isMissing(error) ? new BlobError('BLOB_NOT_FOUND', key) : error;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
