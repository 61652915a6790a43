import { checkpointMutants } from './checkpoint-mutants.js';
import { engineMutants } from './engine-mutants.js';
import type { Mutant } from './mutant.js';
import { raceMutants } from './race-mutants.js';
import { runMutants } from './run-mutants.js';
import { sqlMutants } from './sql-mutants.js';
import { workerMutants } from './worker-mutants.js';

/** Every mistake that the tests must notice. */
export const allMutants: readonly Mutant[] = [
  ...sqlMutants,
  ...engineMutants,
  ...checkpointMutants,
  ...runMutants,
  ...raceMutants,
  ...workerMutants,
];
