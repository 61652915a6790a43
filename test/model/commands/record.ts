import fc from 'fast-check';
import { reaching } from './reach.js';

/** A handler takes a step with `job.step`; one whose attempt is over records nothing. */
export const record = reaching(fc.constantFrom('one', 'two').map((name) => ({ kind: 'step' as const, name })));
