import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { useAudit } from '../support/audit.js';
import { OwnServer } from '../support/own-server.js';
import { Random } from '../support/random.js';
import { useRowlock } from '../support/rowlock.js';
import { useWorkerProcesses } from '../support/worker-processes.js';
import { FAULTS } from './faults.js';
import { soak, type SoakPlan, type SoakReport } from './soak.js';
import { recoveryTable } from './soak-figures.js';

/** `npm run test:soak -- --minutes 10 --seed 7` sets these. */
const SECONDS = Number(process.env['SOAK_SECONDS'] ?? 60);
const REPORT = process.env['SOAK_REPORT'];
/** To come to the end of everything, on a machine that does other things as well. */
const SLACK_MS = 240_000;

const seed = Random.fromEnvironment().seed;

let server: OwnServer;
beforeAll(async () => {
  server = await OwnServer.start();
}, 60_000);

const processes = useWorkerProcesses();
const rowlock = useRowlock(() => server.url);
const audit = useAudit(rowlock, { survivesCrashes: true });
afterAll(() => server.remove());

const run = (plan: Omit<SoakPlan, 'seed'>): Promise<SoakReport> =>
  soak({ rowlock, audit, processes, server }, { seed, ...plan });

const LATE_ANSWER = /the answer is of token \d+, the newest is \d+/;

/** What a soak must not find; with the seed, by which it can be repeated as far as the machine allows. */
const SOUND = { seed, lost: [], finishedTwice: [], violations: [] };
const findings = ({ seed, lost, finishedTwice, violations }: SoakReport) => ({ seed, lost, finishedTwice, violations });

describe('a soak', () => {
  it(
    'F-1 F-2 F-3 F-4 F-13 F-26 F-37 F-44 loses nothing, finishes nothing twice and breaks no rule, whatever happens to workers and server',
    async () => {
      const report = await run({ seconds: SECONDS, faults: FAULTS });
      const { faults: _, recoveries, ...figures } = report;
      console.log(`${JSON.stringify(figures, null, 2)}\n${recoveryTable(recoveries)}`);
      if (REPORT) await writeFile(REPORT, JSON.stringify(report));
      expect(findings(report)).toEqual(SOUND);
      expect(recoveries.map(({ fault }) => fault)).toEqual(Object.keys(FAULTS).toSorted());
      expect(report.acknowledged).toBeGreaterThan(100);
      for (const kind of ['rolledBack', 'runs'] as const) expect(report[kind]).toBeGreaterThan(0);
    },
    SECONDS * 1_000 + SLACK_MS,
  );

  it(
    'F-8 convicts an engine without a fence, and only that, when a worker stands still and another overtakes it',
    async () => {
      const plan = { seconds: 4, faults: { pause: FAULTS.pause } };
      const sound = await run(plan);
      expect(sound.faults[0]).toMatchObject({ fault: 'pause', overtaken: true });
      expect(findings(sound)).toEqual(SOUND);
      // The late answer must arrive before that of whoever overtook: if it does not, nothing is wrong, and it is tried again.
      const broken = [{ unfenced: true }, { unfenced: true }];
      let violations: readonly string[] = [];
      for (let tries = 0; tries < 6 && !violations.some((line) => LATE_ANSWER.test(line)); tries++) {
        await rowlock.clear();
        await audit.forget();
        const unfenced = await run({ ...plan, workers: broken, patienceMs: 8_000 });
        expect(unfenced.faults[0]).toMatchObject({ fault: 'pause', overtaken: true });
        violations = unfenced.violations;
      }
      expect(violations).toContainEqual(expect.stringMatching(LATE_ANSWER));
    },
    2 * SLACK_MS,
  );
});
