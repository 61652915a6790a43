import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { useAudit } from '../support/audit.js';
import { withClient } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { OwnServer } from '../support/own-server.js';
import { Random } from '../support/random.js';
import { useRowlock } from '../support/rowlock.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';
import { useWorkerProcesses } from '../support/worker-processes.js';
import type { Fault } from '../soak/faults.js';
import { soak } from '../soak/soak.js';
import { recoveryTable } from '../soak/soak-figures.js';

const run = promisify(execFile);
const seed = Random.fromEnvironment().seed;
const MEGABYTE = 2 ** 20;
const isRoot = process.getuid?.() === 0 && process.platform === 'linux';
const describeAsRoot = isRoot ? describe : describe.skip;
if (!isRoot) console.log('skipped: only root may mount a file system of a size of its own');

describeAsRoot('a server whose disk is full', () => {
  let server: OwnServer;
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    await run('mount', ['-t', 'tmpfs', '-o', 'size=400m,mode=711', 'tmpfs', folder.path]);
    server = await OwnServer.start({ folder: folder.path, settings: { max_wal_size: '64MB', wal_recycle: 'off' } });
  }, 60_000);

  const processes = useWorkerProcesses();
  const rowlock = useRowlock(() => server.url);
  const audit = useAudit(rowlock, { survivesCrashes: true });
  afterAll(async () => {
    await server.stop('immediate');
    await run('umount', [folder.path]);
    await folder.remove();
  });

  /** Leaves no byte; when writes have failed, makes room, and starts the server if it has given up. */
  const fill: Fault = async () => {
    const at = Date.now();
    const file = path.join(folder.path, 'fill');
    await writeUntilFull(file);
    await eventually('a write fails', () => fails(server.url), { timeout: 30_000 });
    await rm(file);
    if (await fails(server.url)) await server.stop('immediate').then(() => server.start());
    return { at, healedAt: Date.now(), workerIds: [] };
  };

  it('F-18 is waited for without a storm of log lines, and nothing is lost', async () => {
    const plan = { seed, seconds: 20, faults: { fill }, workers: [{ log: true }, { log: true }] };
    const report = await soak({ rowlock, audit, processes, server }, plan);
    const { faults: _, recoveries, ...figures } = report;
    console.log(`${JSON.stringify(figures, null, 2)}\n${recoveryTable(recoveries)}`);
    expect(report).toMatchObject({ lost: [], finishedTwice: [], violations: [] });
    expect(report.logLinesPerSecond).toBeLessThanOrEqual(2);
  }, 300_000);
});

async function writeUntilFull(file: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (let size = MEGABYTE; size >= 1;)
      await handle.write(Buffer.alloc(size)).catch(() => (size = Math.floor(size / 4)));
  } finally {
    await handle.close();
  }
}

/** Whether a table of some megabytes cannot be written. */
async function fails(url: string): Promise<boolean> {
  try {
    await withClient(url, (client) =>
      client.query(`create table probe as select repeat('x', 100) from generate_series(1, 50000); drop table probe`),
    );
    return false;
  } catch {
    return true;
  }
}
