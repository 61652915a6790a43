/**
 * Runs jest with the system's PgBouncer, in transaction mode, between the applications of the tests and their database:
 * `test-through-pooler.ts [arguments for jest]`. What the tests do besides takes the straight way. In the end nothing of
 * any client may be left in the sessions that PgBouncer has with the server.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startPostgres } from '../../../src/dev/index.js';
import { straightFiles, straightTitles } from '../../pooler/straight-tests.js';
import { PgBouncer } from '../pgbouncer.js';

/** So few that clients share them, and as many as the transactions that the tests hold open at once. */
const SESSIONS = 60;

// Ctrl-C reaches jest as well; we wait for its end, and then stop the servers.
process.on('SIGINT', () => undefined);
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
const server = await startPostgres({ ephemeral: true, settings });
const bouncer = await PgBouncer.start(server.url, SESSIONS);
try {
  const code = await runJest();
  const leftovers = await bouncer.leftovers();
  console.log(leftovers.length === 0 ? 'Nothing is left in the sessions of the pooler.' : leftovers.join('\n'));
  process.exitCode = leftovers.length === 0 ? code : 1;
} finally {
  await bouncer.stop();
  await server.stop();
}

async function runJest(): Promise<number> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const besides = [
    '--testTimeout',
    '120000',
    '--testPathIgnorePatterns',
    ...straightFiles(),
    '--testNamePattern',
    straightTitles(),
  ];
  const child = spawn(npm, ['test', '--', ...process.argv.slice(2), ...besides], {
    env: { ...process.env, DATABASE_URL: server.url, ROWLOCK_TEST_POOLER_URL: bouncer.url },
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
