import fc from 'fast-check';
import type { ModelCommand } from '../model-command.js';
import { End } from './end.js';

/** Attempts end that have come to a sleep or a wait: what they wait for may have come since. */
export const suspend: fc.Arbitrary<ModelCommand> = fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }).map(
  (attempts) =>
    new End(
      'suspend',
      attempts.map((attempt) => ({ attempt, way: 'return', suspended: true })),
    ),
);
