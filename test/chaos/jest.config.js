import base from '../../jest.config.js';

/** What takes long, or needs programs that not every machine has. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['**/test/chaos/*.chaos.ts'],
  testTimeout: 120_000,
};
