import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import type pg from 'pg';
import { useAudit } from '../support/audit.js';
import { withClient } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { OwnServer } from '../support/own-server.js';
import { Random } from '../support/random.js';
import { useRowlock } from '../support/rowlock.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { useWorkerProcesses } from '../support/worker-processes.js';
import type { Fault } from '../soak/faults.js';
import { soak } from '../soak/soak.js';
import { recoveryTable } from '../soak/soak-figures.js';

const BIN = '/usr/lib/postgresql/15/bin';
const SETTINGS = { wal_level: 'replica', max_wal_senders: '5', hot_standby: 'on', synchronous_commit: 'on' };
const seed = Random.fromEnvironment().seed;

const describeWhereInstalled = existsSync(BIN) ? describe : describe.skip;
if (!existsSync(BIN)) console.log(`skipped: there is no PostgreSQL 15 in ${BIN} (apt install postgresql-15)`);

describeWhereInstalled('a primary with a synchronous standby', () => {
  let primary: OwnServer;
  let standby: OwnServer;
  let address: TcpProxy;

  beforeAll(async () => {
    primary = await OwnServer.start({ bin: BIN, settings: SETTINGS });
    standby = await OwnServer.start({ bin: BIN, settings: SETTINGS, fill: copyOf(primary) });
    await withClient(primary.url, async (client) => {
      await client.query(`alter system set synchronous_standby_names = '*'`);
      await client.query('select pg_reload_conf()');
    });
    await eventually('the standby is synchronous', () => isTrue(primary, IS_SYNCHRONOUS));
    address = await startTcpProxy(primary.url);
  }, 120_000);

  const processes = useWorkerProcesses();
  const rowlock = useRowlock(() => address.url);
  const audit = useAudit(rowlock, { survivesCrashes: true });
  afterAll(async () => {
    await address.close();
    await standby.remove();
    await primary.remove();
  });

  /** The primary dies; somebody notices, promotes the standby, and lets the address lead to it. */
  const failover: Fault = async () => {
    const at = Date.now();
    await primary.kill();
    address.cut();
    await withClient(standby.url, (client) => client.query('select pg_promote()'));
    address.target = new URL(standby.url);
    await eventually('it takes writes', () => isTrue(standby, 'select not pg_is_in_recovery() as yes'));
    await withClient(standby.url, async (client) => {
      await client.query(`alter system reset synchronous_standby_names`);
      await client.query('select pg_reload_conf()');
    });
    return { at, healedAt: Date.now(), workerIds: [] };
  };

  it('F-35 is lost under load, and the standby promoted: nothing acknowledged is lost, and work goes on unaided', async () => {
    let happened = false;
    const once: Fault = (scene) => {
      if (happened) return Promise.resolve(null);
      happened = true;
      return failover(scene);
    };
    const report = await soak(
      { rowlock, audit, processes, server: null },
      { seed, seconds: 20, faults: { failover: once } },
    );
    const { faults, recoveries, ...figures } = report;
    console.log(`${JSON.stringify(figures, null, 2)}\n${recoveryTable(recoveries)}`);
    const [first] = faults;
    console.log(`promoted after ${(first?.healedAt ?? 0) - (first?.at ?? 0)} ms`);
    expect(report).toMatchObject({ lost: [], finishedTwice: [], violations: [] });
    expect(report.acknowledged).toBeGreaterThan(100);
  }, 300_000);
});

const IS_SYNCHRONOUS = `select exists (select from pg_stat_replication where sync_state in ('sync', 'quorum')) as yes`;

async function isTrue(server: OwnServer, sql: string): Promise<boolean> {
  const { rows } = await withClient(server.url, (client): Promise<pg.QueryResult<{ yes: boolean }>> =>
    client.query(sql),
  );
  return rows[0]?.yes ?? false;
}

/** A standby of a server that runs, from its base backup. */
function copyOf(primary: OwnServer): (standby: OwnServer) => Promise<void> {
  return (standby) =>
    standby.run('pg_basebackup', ['-d', primary.url, '-D', standby.cluster.data, '-R', '-X', 'stream', '-c', 'fast']);
}
