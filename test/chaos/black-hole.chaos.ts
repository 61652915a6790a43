import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { useAudit } from '../support/audit.js';
import { Random } from '../support/random.js';
import { useRowlock } from '../support/rowlock.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { useWorkerProcesses } from '../support/worker-processes.js';
import type { Fault } from '../soak/faults.js';
import { workerIds } from '../soak/soak-workers.js';
import { soak } from '../soak/soak.js';
import { recoveryTable } from '../soak/soak-figures.js';

const seed = Random.fromEnvironment().seed;
const processes = useWorkerProcesses();
const rowlock = useRowlock();
const audit = useAudit(rowlock);

describe('a network that swallows everything, without a word', () => {
  let network: TcpProxy;
  beforeEach(async () => {
    network = await startTcpProxy(rowlock.url);
  });
  afterEach(() => network.close());

  it('F-6 costs nothing but time: jobs run elsewhere, and who was cut off comes back', async () => {
    /** What was on its way is lost for good: no side of a connection hears of the other again. */
    const cut: Fault = async ({ workers, random }) => {
      const [victim] = workers.all;
      const at = Date.now();
      network.silent = true;
      await delay(3_000 + random.below(3_000));
      network.silent = false;
      return { at, healedAt: Date.now(), workerIds: victim ? workerIds(victim) : [] };
    };
    const plan = { seed, seconds: 30, faults: { cut }, workers: [{ url: network.url }, {}] };
    const report = await soak({ rowlock, audit, processes, server: null }, plan);
    const { faults: _, recoveries, ...figures } = report;
    console.log(`${JSON.stringify(figures, null, 2)}\n${recoveryTable(recoveries)}`);
    expect(report).toMatchObject({ lost: [], finishedTwice: [], violations: [] });
  }, 300_000);
});
