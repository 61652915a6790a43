import fc from 'fast-check';
import type { NewJob, NewUniqueKey } from '../../src/engine/new-job.js';
import { newJob } from '../support/jobs-at.js';
import { DURABLE, TRANSACTIONAL } from './handlers.js';

export const QUEUES = ['a', 'b'] as const;
export const LOCK_KEYS = ['x', 'y'] as const;

/** A job that somebody wants to enqueue; `runAt` is from now. */
export interface Draft {
  readonly name: string;
  readonly tenant: string;
  readonly queue: string;
  readonly priority: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number | null;
  readonly keepMs: number | null;
  readonly lockKey: string | null;
  readonly tags: readonly string[];
  readonly payload: { readonly n: number };
  readonly due: { readonly delayMs: number } | { readonly runAt: number } | null;
  readonly unique: NewUniqueKey | null;
}

/** One in so many is another. */
const rarely = <T>(usual: T, other: T, oneIn = 6): fc.Arbitrary<T> =>
  fc.nat(oneIn - 1).map((n) => (n === oneIn - 1 ? other : usual));
const sometimes = <T>(arbitrary: fc.Arbitrary<T>, oneIn: number): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

const unique: fc.Arbitrary<NewUniqueKey> = fc
  .tuple(
    fc.constantFrom('k', 'm'),
    fc.constantFrom('unfinished' as const, 'queued' as const, 'period' as const),
    fc.constantFrom('ignore' as const, 'replace' as const, 'reject' as const),
  )
  .map(([key, scope, onConflict]) => ({ key, scope, onConflict, periodMs: scope === 'period' ? 50_000 : null }));

export const draft: fc.Arbitrary<Draft> = fc.record({
  name: fc.constantFrom('greet', DURABLE, TRANSACTIONAL),
  tenant: rarely('', 'them'),
  queue: rarely<string>(...QUEUES),
  priority: rarely(5, 0),
  maxAttempts: fc.constantFrom(2, 1, 3),
  timeoutMs: rarely<number | null>(null, 10_000, 2),
  keepMs: rarely<number | null>(null, 1_000, 4),
  lockKey: sometimes(fc.constantFrom(...LOCK_KEYS), 2),
  tags: rarely<string[]>([], ['tag', 'with "quotes"']),
  payload: fc.nat(9).map((n) => ({ n })),
  due: sometimes(
    fc.oneof(
      fc.constantFrom(10_000, 0).map((delayMs) => ({ delayMs })),
      fc.constantFrom(10_000, -5_000).map((runAt) => ({ runAt })),
    ),
    4,
  ),
  unique: sometimes(unique, 2),
});

/** A draft that wants a unique key which others want too. */
export const keyedDraft: fc.Arbitrary<Draft> = fc
  .tuple(draft, unique)
  .map(([each, key]) => ({ ...each, name: 'greet', tenant: '', unique: key }));

/** A draft of a job whose handler asks for checkpoints; one in three replaces one that may have some. */
export const durableDraft: fc.Arbitrary<Draft> = fc
  .tuple(
    draft,
    sometimes(fc.constant({ key: 'k', scope: 'unfinished', onConflict: 'replace', periodMs: null } as const), 3),
  )
  .map(([each, replacing]) => ({ ...each, name: DURABLE, unique: replacing }));

/** A draft as the client hands it to the engine, under an id. */
export function draftedJob(id: string, draft: Draft, dateOf: (fromNow: number) => Date): NewJob {
  const { due, payload, ...same } = draft;
  return newJob({
    ...same,
    id,
    payload: JSON.stringify(payload),
    delayMs: due && 'delayMs' in due ? due.delayMs : null,
    runAt: due && 'runAt' in due ? dateOf(due.runAt).toISOString() : null,
  });
}

/** In few words, for the counterexample. */
export function describeDraft({ name, tenant, queue, priority, maxAttempts, lockKey, due, unique }: Draft): string {
  const words = [name];
  if (tenant) words.push(`of ${tenant}`);
  words.push(`in ${queue}${priority === 5 ? '' : ` at priority ${priority}`}, ${maxAttempts} attempts`);
  if (lockKey !== null) words.push(`lock ${lockKey}`);
  if (due) words.push('delayMs' in due ? `in ${due.delayMs} ms` : `at ${due.runAt} ms from now`);
  if (unique) words.push(`unique ${unique.key} while ${unique.scope}, else ${unique.onConflict}`);
  return words.join(' ');
}
