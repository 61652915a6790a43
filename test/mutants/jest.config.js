import base from '../../jest.config.js';

/** As the other tests, with one mistake in one of the sources. */
export default {
  ...base,
  rootDir: '../..',
  transform: { '^.+\\.ts$': '<rootDir>/test/mutants/mutating-transform.js' },
  // A mutant may wait for ever where the engine would not have.
  testTimeout: 15_000,
};
