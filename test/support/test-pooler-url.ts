/** The pooler that stands before the run's database (`npm run test:pooler`), for applications; undefined if none does. */
export function testPoolerUrl(): string | undefined {
  return process.env['ROWLOCK_TEST_POOLER_URL'];
}
