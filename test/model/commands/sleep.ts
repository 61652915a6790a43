import fc from 'fast-check';
import { reaching } from './reach.js';

/** A handler asks for `job.sleep`: its attempt is to end, and a later one comes past when the time is over. */
export const sleep = reaching(
  fc.constantFrom(20_000, 3_000, 0).map((ms) => ({ kind: 'sleep' as const, name: 'rest', ms })),
);
