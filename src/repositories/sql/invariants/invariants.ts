import type { Invariant } from './invariant.js';
import { jobInvariants } from './job-invariants.js';
import { keyInvariants } from './key-invariants.js';
import { runInvariants } from './run-invariants.js';

/**
 * Everything that must hold in every snapshot of a schema, whatever workers and callers are doing. They read whole tables:
 * for an operator who asks, and for tests.
 */
export const INVARIANTS: readonly Invariant[] = [...jobInvariants, ...keyInvariants, ...runInvariants];
