import path from 'node:path';
import type { ProjectConfig } from 'jest';
import { require as requireSource } from 'tsx/cjs/api';
import type * as Dev from '../../src/dev/index.js';

/** How the running server is handed from global-setup to global-teardown, which jest loads apart. */
export interface TestRun {
  stopTestDatabase?: () => Promise<void>;
}

/**
 * One server for the whole run: the one that DATABASE_URL or PG* name, or a throw-away one that never waits for the
 * disk. jest transforms this file but not what it imports, so tsx loads the sources.
 */
export default async function globalSetup(_: unknown, { rootDir }: ProjectConfig): Promise<void> {
  const { resolveDatabase } = requireSource('./src/dev/index.ts', path.join(rootDir, 'package.json')) as typeof Dev;
  const database = await resolveDatabase({
    ephemeral: true,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
  process.env['ROWLOCK_TEST_DATABASE_URL'] = database.url;
  (globalThis as TestRun).stopTestDatabase = database.stop;
}
