import { RowlockError } from '../../src/index.js';

/** An image that no retry will make usable. */
export class ImageError extends RowlockError {
  constructor(
    readonly code: 'IMAGE_UNSUPPORTED' | 'IMAGE_TOO_MANY_PIXELS' | 'IMAGE_CORRUPT',
    problem: string,
    options?: ErrorOptions,
  ) {
    super(problem, options);
  }
}
