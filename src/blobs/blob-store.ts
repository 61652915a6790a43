import type { Readable } from 'node:stream';
import type { BlobRef } from './blob-ref.js';

/** Bytes at once, or one part after the other, as a stream gives them. */
export type BlobSource = Uint8Array | AsyncIterable<Uint8Array>;

/** What may be said of a blob. */
export interface PutOptions {
  /** Its media type. Default `'application/octet-stream'`. */
  readonly type?: string;
}

/**
 * Keeps what is too large for the payload (256 KiB) or the result (1 MiB) of a job; a `BlobRef` stands for it there. The
 * class is also the token by which handlers inject the store of the container.
 *
 * The bundled stores keep bytes under the hash of their content. So a job that runs twice leaves nothing behind, and equal
 * bytes are kept once for all who refer to them. Nobody removes a blob but you: retention of jobs and runs does not.
 * @example
 * ```ts
 * constructor(@inject(BlobStore) private readonly blobs: BlobStore) {}
 *
 * async handle({ url }: PageRef, job: JobContext): Promise<{ page: BlobRef }> {
 *   const response = await fetch(url, { signal: job.signal });
 *   return { page: await this.blobs.put(response.body, { type: 'text/html' }) };
 * }
 * ```
 */
export abstract class BlobStore {
  /** Stores bytes; when it resolves they are there, or nothing is. */
  abstract put(content: BlobSource, options?: PutOptions): Promise<BlobRef>;

  /**
   * The bytes as a stream, which fails with `BLOB_CORRUPT` at its end if they are not those that were stored.
   * @throws BlobError `BLOB_NOT_FOUND`
   * @example const page = await text(await blobs.get(ref)); // of node:stream/consumers
   */
  abstract get(ref: BlobRef): Promise<Readable>;

  /** Removes a blob, for all who refer to the same bytes. @returns whether there was one */
  abstract delete(ref: BlobRef): Promise<boolean>;
}
