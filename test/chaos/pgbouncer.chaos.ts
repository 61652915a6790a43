import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { useAudit } from '../support/audit.js';
import { eventually } from '../support/eventually.js';
import { hasProgram } from '../support/has-program.js';
import { PgBouncer } from '../support/pgbouncer.js';
import { Random } from '../support/random.js';
import { useRowlock } from '../support/rowlock.js';
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
    const { kill, pause } = FAULTS;
    const plan = { seed, seconds: 30, faults: { kill, pause }, workers: kinds, url: bouncer.url };
    const report = await soak({ rowlock, audit, processes, server: null }, plan);
    const { faults: _, recoveries, ...figures } = report;
    console.log(`${JSON.stringify(figures, null, 2)}\n${recoveryTable(recoveries)}`);
    expect(report).toMatchObject({ lost: [], finishedTwice: [], violations: [] });
    expect(report.acknowledged).toBeGreaterThan(100);
  }, 300_000);

  it('F-14 is noticed once by a worker, which leaves no setting, lock or prepared statement behind', async () => {
    const worker = await processes.start(rowlock, { url: bouncer.url, log: true });
    await worker.event('listen.unavailable');
    expect(worker.events('listen.unavailable')).toHaveLength(1);
    worker.signal('SIGTERM');
    expect(await worker.ended).toEqual({ code: 0, signal: null });
    await bouncer.everySession(async (client) => {
      const { rows } = await client.query(
        `select current_setting('enable_seqscan') as seqscan, current_setting('plan_cache_mode') as plans,
           (select count(*)::int from pg_prepared_statements) as prepared, (select count(*)::int from pg_listening_channels()) as channels`,
      );
      expect(rows).toEqual([{ seqscan: 'on', plans: 'auto', prepared: 0, channels: 0 }]);
    });
    await eventually('no advisory lock is held', () =>
      rowlock.value(`select not exists (select from pg_locks where locktype = 'advisory')`),
    );
  }, 60_000);
});
