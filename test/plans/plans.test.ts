import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { INVARIANTS } from '../../src/repositories/sql/invariants/invariants.js';
import type { Statement } from '../../src/repositories/statement.js';
import { ROOT } from '../support/cli.js';
import { blobCases } from './blob-cases.js';
import { checkpointCases } from './checkpoint-cases.js';
import { explain, PLAN_MODES } from './explain.js';
import { jobCases } from './job-cases.js';
import { listCases } from './list-cases.js';
import { MillionSchema, STATISTICS } from './million-schema.js';
import { planFaults, rowsWritten } from './plan-faults.js';
import { runCases } from './run-cases.js';
import { upkeepCases } from './upkeep-cases.js';
import { waitCases } from './wait-cases.js';

// Lists first: they would walk over what the others leave when they are rolled back.
const cases = [...listCases, ...blobCases, ...jobCases, ...runCases, ...upkeepCases, ...checkpointCases, ...waitCases];

describe('F-25 F-27 every statement, among a million jobs', () => {
  const million = new MillionSchema();
  beforeAll(() => million.open(), 180_000);
  afterAll(() => million.close());

  describe.each(STATISTICS)('with statistics: %s', (statistics) => {
    beforeAll(() => million.use(statistics), 60_000);

    it.each(cases.filter(({ onlyFresh }) => onlyFresh === undefined || statistics === 'fresh'))(
      '$title, reads no more than it must',
      async ({ statement, params, answers, writes, bounds }) => {
        for (const mode of PLAN_MODES) {
          const plan = await explain(million, statement, params, mode);
          expect({ mode, faults: planFaults(plan, bounds) }).toEqual({ mode, faults: [] });
          expect(plan['Actual Rows']).toBe(answers);
          expect(rowsWritten(plan)).toBeGreaterThanOrEqual(writes);
        }
      },
    );
  });
});

/** Statements whose plans are of no interest, and files that are no statement, with the reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  notify: 'reads nothing',
  'session-pid': 'reads nothing',
  'find-idle-sessions': 'reads the list of sessions, which the server has in memory',
  'set-local': 'reads nothing',
  'lock-partitions': 'reads nothing',
  'try-lock-partitions': 'reads nothing',
  'find-job-kinds': 'reads all jobs that are not over once, because it must miss none: rowlock doctor --deploy',
  'find-run-kinds': 'the same, of runs',
  'find-served-queues': 'reads all workers, which are few: asked when a process starts',
  'begin-audit': 'reads nothing',
  'invariants/invariant.ts': 'makes a statement of each invariant',
  ...Object.fromEntries(INVARIANTS.map(({ name }) => [name, 'an audit, which reads whole tables: `rowlock verify`'])),
  'any-of.ts': 'a part of statements',
  'guard.ts': 'a part of statements',
  'millis.ts': 'a part of statements',
  'job-columns.ts': 'a part of statements',
  'list-jobs.ts': 'makes a statement of each filter: list-cases.ts',
  'list-runs.ts': 'makes a statement of each filter: list-cases.ts',
  'of-run.ts': 'a part of statements',
  'unfinished-kinds.ts': 'a part of statements',
  'own-attempt.ts': 'a part of statements',
  'run-is-over.ts': 'a part of statements',
  'settle.ts': 'a part of statements',
  'worker-lease.ts': 'a part of statements',
};

describe('the list of statements', () => {
  it('has each one that there is, or says why not', async () => {
    const explained = new Set(cases.map(({ statement }) => statement.name));
    const missing = (await exported()).filter((name) => !explained.has(name) && EXCEPTIONS[name] === undefined);
    expect(missing).toEqual([]);
  });

  it('has no exception that is none', async () => {
    const names = new Set(await exported());
    expect(Object.keys(EXCEPTIONS).filter((name) => !names.has(name))).toEqual([]);
  });
});

/** The names of all statements in the folder; of a file that has none, its own. */
async function exported(): Promise<string[]> {
  const folder = path.join(ROOT, 'src/repositories/sql');
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const names = files.map(async (file) => {
    const values = Object.values((await import(path.join(folder, file))) as Record<string, unknown>);
    const statements = [...values, ...values.filter(isRecord).flatMap(Object.values)].filter(isStatement);
    return statements.length > 0 ? statements.map(({ name }) => name) : [file];
  });
  return (await Promise.all(names)).flat();
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isStatement = (value: unknown): value is Statement<readonly unknown[], unknown> =>
  isRecord(value) && 'name' in value && 'render' in value;
