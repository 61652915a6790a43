import type { HandlerClass } from '../core/handler-class.js';
import { LIMITS } from '../core/limits.js';
import type { OnConflict, UniqueOptions } from '../core/unique.js';
import { checkedPeriod } from './checked-period.js';
import { invalidHandler } from './invalid-handler.js';

const SCOPES: readonly unknown[] = ['queued', 'unfinished'] satisfies UniqueOptions['while'][];
const POLICIES: readonly unknown[] = ['reject', 'ignore', 'replace'] satisfies OnConflict[];

/**
 * Checks the options of `@Unique`.
 * @returns the period in milliseconds, or null if the key is taken for as long as a state of the job
 * @throws DefinitionError
 */
export function checkUnique(handlerClass: HandlerClass, options: UniqueOptions): number | null {
  const { while: scope, for: period, onConflict } = options;
  const fail = (problem: string) => invalidHandler(handlerClass, `@Unique ${problem}`);
  if (scope !== undefined && period !== undefined) {
    throw fail(
      `is given both while: '${scope}' and for: '${period}'. A key is taken either while its job lives or for a period.`,
    );
  }
  if (scope !== undefined && !SCOPES.includes(scope)) {
    throw fail(`has while: ${JSON.stringify(scope)}. Write 'queued' or 'unfinished'.`);
  }
  if (onConflict !== undefined && !POLICIES.includes(onConflict)) {
    throw fail(`has onConflict: ${JSON.stringify(onConflict)}. Write 'reject', 'ignore' or 'replace'.`);
  }
  return checkedPeriod(handlerClass, '@Unique for', period, LIMITS.delayMs);
}
