import { DefinitionError } from '../core/errors.js';
import { storedId } from './job-id.js';

/** Which part of a list is given. */
export interface PageOptions {
  /** 1 to 1000, default 50. */
  readonly limit?: number;
  /** The `next` of the page before. */
  readonly after?: string | null;
}

/** @throws DefinitionError `OPTION_INVALID` */
export function checkedPage({ limit, after = null }: PageOptions): {
  readonly limit: number;
  readonly after: string | null;
} {
  const page = { limit: checkedLimit(limit), after };
  checkIdOption('after', after ?? undefined, 'the `next` of the page before');
  return page;
}

/** How long a page is, 50 unless it is said. @throws DefinitionError `OPTION_INVALID` */
export function checkedLimit(limit = 50): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
    throw new DefinitionError(
      'OPTION_INVALID',
      `The limit of a page must be an integer from 1 to 1000, not ${String(limit)}.`,
    );
  }
  return limit;
}

/** @throws DefinitionError `OPTION_INVALID` if it is given, and no id */
export function checkIdOption(option: string, id: string | undefined, what: string): void {
  if (id === undefined || storedId(id) !== null) return;
  throw new DefinitionError('OPTION_INVALID', `The option ${option} must be ${what}, not ${JSON.stringify(id)}.`);
}
