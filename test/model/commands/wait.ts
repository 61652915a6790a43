import fc from 'fast-check';
import { SIGNALS } from './signal.js';
import { reaching } from './reach.js';

/** A handler asks for `job.waitFor`, and takes the oldest valid signal of that name; if there is none, its attempt is to end. */
export const wait = reaching(
  fc
    .record({ name: fc.constantFrom(...SIGNALS), timeoutMs: fc.constantFrom(30_000, 4_000, 0) })
    .map((asked) => ({ kind: 'signal' as const, ...asked })),
);
