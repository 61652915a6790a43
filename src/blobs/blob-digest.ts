import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { BlobError } from '../core/blob-error.js';
import type { BlobRef } from './blob-ref.js';
import type { BlobSource, PutOptions } from './blob-store.js';

/** Counts and hashes bytes on their way. */
export class BlobDigest {
  readonly #hash = createHash('sha256');
  #size = 0;
  #sha256 = '';

  /** The same bytes, part by part. */
  async *pass(content: BlobSource): AsyncGenerator<Uint8Array, undefined> {
    for await (const part of content instanceof Uint8Array ? [content] : content) {
      this.#hash.update(part);
      this.#size += part.length;
      yield part;
    }
    this.#sha256 = this.#hash.digest('hex');
  }

  /** What stands for the bytes, once all have passed, in a store that keeps them under their hash. */
  ref({ type = 'application/octet-stream' }: PutOptions): BlobRef {
    return { key: this.#sha256, size: this.#size, type, sha256: this.#sha256 };
  }
}

/** A stream of stored bytes, which fails at its end if they are not those of the reference. */
export function verified(ref: BlobRef, stored: AsyncIterable<Uint8Array>): Readable {
  const digest = new BlobDigest();
  async function* bytes(): AsyncGenerator<Uint8Array, undefined> {
    yield* digest.pass(stored);
    const { size, sha256 } = digest.ref(ref);
    if (size !== ref.size || sha256 !== ref.sha256) throw new BlobError('BLOB_CORRUPT', ref.key);
  }
  return Readable.from(bytes(), { objectMode: false });
}

/** @throws BlobError `BLOB_NOT_FOUND` if no blob can have that key: it must never name a path */
export function contentKey({ key }: BlobRef): string {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new BlobError('BLOB_NOT_FOUND', key);
  return key;
}
