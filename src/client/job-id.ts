import { validate as isUuid } from 'uuid';
import { NotFoundError } from '../core/errors.js';

/** An id as the database writes it, so that its answers are recognised; null if no job can have it. */
export function storedId(id: string): string | null {
  return isUuid(id) ? id.toLowerCase() : null;
}

/** @throws NotFoundError if no job can have that id */
export function existingId(id: string): string {
  const stored = storedId(id);
  if (stored === null) throw new NotFoundError('job', id);
  return stored;
}
