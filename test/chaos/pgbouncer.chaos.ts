import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { useAudit } from '../support/audit.js';
import { hasProgram } from '../support/has-program.js';
import { PgBouncer } from '../support/pgbouncer.js';
import { Random } from '../support/random.js';
import { useRowlock } from '../support/rowlock.js';
import { Plain } from '../support/task-handlers.js';
import { useWorkerProcesses } from '../support/worker-processes.js';
import { FAULTS } from '../soak/faults.js';
import { soak } from '../soak/soak.js';
import { recoveryTable } from '../soak/soak-figures.js';

const seed = Random.fromEnvironment().seed;
const describeWhereInstalled = (await hasProgram('pgbouncer')) ? describe : describe.skip;

describeWhereInstalled('PgBouncer in transaction mode', () => {
  let bouncer: PgBouncer;
  // Before what looks for sessions that were left: the pooler keeps its own.
  afterEach(() => bouncer.stop());
  const processes = useWorkerProcesses();
  const rowlock = useRowlock();
  const audit = useAudit(rowlock);
  beforeEach(async () => {
    bouncer = await PgBouncer.start(rowlock.url);
  });

  it('F-14 is worked through by polling: nothing is lost, and nothing passes from one client to another', async () => {
    const kinds = [{ url: bouncer.url }, { url: bouncer.url }];
    const { kill, pause, terminate } = FAULTS;
    const plan = { seed, seconds: 30, faults: { kill, pause, terminate }, workers: kinds, url: bouncer.url };
    const report = await soak({ rowlock, audit, processes, server: null }, plan);
    const { faults: _, recoveries, ...figures } = report;
    console.log(`${JSON.stringify(figures, null, 2)}\n${recoveryTable(recoveries)}`);
    expect(report).toMatchObject({ lost: [], finishedTwice: [], violations: [] });
    expect(report.acknowledged).toBeGreaterThan(100);
  }, 300_000);

  it('F-14 is noticed once by a worker, and neither it nor a producer leaves anything in a session', async () => {
    const { jobs, stop } = await rowlock.application({ url: bouncer.url });
    const worker = await processes.start(rowlock, { url: bouncer.url, log: true, worker: { listen: true } });
    for (let count = 0; count < 20; count++) await jobs.enqueue(Plain, { fate: 'work' });
    await stop();
    await worker.event('listen.unavailable');
    expect(worker.events('listen.unavailable')).toHaveLength(1);
    worker.signal('SIGTERM');
    expect(await worker.ended).toEqual({ code: 0, signal: null });
    expect(await bouncer.leftovers()).toEqual([]);
  }, 60_000);
});
