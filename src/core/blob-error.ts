import { RowlockError } from './errors.js';

/** A blob cannot be given. */
export class BlobError extends RowlockError {
  constructor(
    readonly code: 'BLOB_NOT_FOUND' | 'BLOB_CORRUPT',
    readonly key: string,
  ) {
    super(
      code === 'BLOB_NOT_FOUND'
        ? `There is no blob ${key}: it was never stored here, or somebody has deleted it. Look in the store that put it.`
        : `Blob ${key} is not what was stored: its size or its hash is another one. Put it again from its source.`,
    );
  }
}
