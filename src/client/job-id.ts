import { validate as isUuid } from 'uuid';
import { NotFoundError } from '../core/errors.js';

/** An id as the database writes it, so that its answers are recognised; null if none can have it. */
export function storedId(id: string): string | null {
  return isUuid(id) ? id.toLowerCase() : null;
}

/** @throws NotFoundError if no job, or no run, can have that id */
export function existingId(id: string, kind: 'job' | 'run' = 'job'): string {
  const stored = storedId(id);
  if (stored === null) throw new NotFoundError(kind, id);
  return stored;
}
