import type { ServiceIdentifier } from 'inversify';

/** Bytes with their type, as they come back from a `BlobStore`. */
export interface BlobContent {
  readonly content: Buffer;
  readonly contentType: string;
}

/**
 * Keeps bytes too large for a job's result, under the hash of their content. Putting the same bytes twice keeps them
 * once, so a job that runs again leaves nothing behind.
 */
export interface BlobStore {
  /** Stores the bytes unless they are there already. Returns their SHA-256 in hexadecimal. */
  put(content: Buffer, contentType: string): Promise<string>;
  /** The bytes of a hash, or undefined if they are not stored. */
  get(sha256: string): Promise<BlobContent | undefined>;
}

/** The `BlobStore` in a container: `bind(BlobStore).toConstantValue(new FileBlobStore('/var/lib/blobs'))`. */
export const BlobStore: ServiceIdentifier<BlobStore> = Symbol.for('rowlock.handlers.BlobStore');
