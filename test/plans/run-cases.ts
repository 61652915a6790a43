import { enqueueParams } from '../../src/engine/new-job.js';
import { advanceRuns } from '../../src/repositories/sql/advance-runs.js';
import { beginUndos } from '../../src/repositories/sql/begin-undos.js';
import { copySteps } from '../../src/repositories/sql/copy-steps.js';
import { completeRuns } from '../../src/repositories/sql/complete-runs.js';
import { dropBacklog } from '../../src/repositories/sql/drop-backlog.js';
import { endRuns } from '../../src/repositories/sql/end-runs.js';
import { findBacklogs } from '../../src/repositories/sql/find-backlogs.js';
import { findCancelledSteps } from '../../src/repositories/sql/find-cancelled-steps.js';
import { findOverdueRuns } from '../../src/repositories/sql/find-overdue-runs.js';
import { findItems } from '../../src/repositories/sql/find-items.js';
import { findIdleRuns } from '../../src/repositories/sql/find-idle-runs.js';
import { findRepeatableSteps } from '../../src/repositories/sql/find-repeatable-steps.js';
import { findRun } from '../../src/repositories/sql/find-run.js';
import { findRunGraph } from '../../src/repositories/sql/find-run-graph.js';
import { findRunEvents } from '../../src/repositories/sql/find-run-events.js';
import { findRunOutcomes } from '../../src/repositories/sql/find-run-outcomes.js';
import { findRunShape } from '../../src/repositories/sql/find-run-shape.js';
import { findStepStates } from '../../src/repositories/sql/find-step-states.js';
import { findStepResults } from '../../src/repositories/sql/find-step-results.js';
import { findUniqueRun } from '../../src/repositories/sql/find-unique-run.js';
import { findStoppedJobs } from '../../src/repositories/sql/find-stopped-jobs.js';
import { holdRun } from '../../src/repositories/sql/hold-run.js';
import { lockRuns } from '../../src/repositories/sql/lock-runs.js';
import { recordSteps } from '../../src/repositories/sql/record-steps.js';
import { recordUndos } from '../../src/repositories/sql/record-undos.js';
import { reopenRun } from '../../src/repositories/sql/reopen-run.js';
import { startRuns } from '../../src/repositories/sql/start-runs.js';
import { startSteps } from '../../src/repositories/sql/start-steps.js';
import { stopRuns } from '../../src/repositories/sql/stop-runs.js';
import { storeBacklog } from '../../src/repositories/sql/store-backlog.js';
import { takeBacklog } from '../../src/repositories/sql/take-backlog.js';
import { idOf, LARGE_RUN, MILLION, range, spread } from './million.js';
import { newJob } from './new-job.js';
import { statementCase, type StatementCase } from './statement-case.js';

const BATCH = MILLION.batchSize;
const unfinished = MILLION.runs - MILLION.unfinishedRuns;

const each = <T>(value: T): T[] => Array.from({ length: BATCH }, () => value);

const stopping = range(unfinished + 1, BATCH).map((n) => idOf('run', n));
const compensating = range(unfinished + BATCH + 1, BATCH).map((n) => idOf('run', n));
const running = spread(BATCH, MILLION.unfinishedRuns - 2 * BATCH).map((n) => idOf('run', unfinished + 2 * BATCH + n));
const large = idOf('run', LARGE_RUN);

/** Runs that begin with one job each. */
const fresh = range(1, 250);
const freshIds = fresh.map((n) => idOf('fresh', n));
const jobsOfFresh = fresh.map((n) => ({
  ...newJob(n),
  run: { id: idOf('fresh', n), pipeline: 'orders@v1', step: 'reserve', item: null },
}));
const firstSteps = JSON.stringify([{ step: 'reserve', position: 0, kind: 'one', total: 1, state: 'running' }]);

const starting = [
  statementCase(
    startRuns,
    [
      ...enqueueParams(jobsOfFresh, 'plans'),
      freshIds,
      fresh.map(() => 'orders'),
      fresh.map(() => 'v1'),
      fresh.map(() => '{}'),
      fresh.map(() => null),
      fresh.map(() => '{}'),
      fresh.map(() => null),
      fresh.map(() => ''),
      fresh.map(() => firstSteps),
      fresh.map((n) => (n % 2 ? 60_000 : null)),
      fresh.map((n) => (n % 3 ? `order:${n}` : null)),
      JSON.stringify([{ name: 'orders', version: 'v1', graph: {} }]),
    ],
    { answers: 250, buffers: 250 * 40 },
  ),
  statementCase(startSteps, [running, each('bill'), each(3), each('one'), each(1), each('running')], {
    answers: 0,
    buffers: BATCH * 7,
  }),
];

const items = range(MILLION.largeFanOut / 2, BATCH);

/** The fourth batch of claims: every second one ends its run, the others are followed by a job for the same worker. */
const fourth = range(3 * BATCH + 1, BATCH);
const runsOfFourth = range(unfinished + 2 * MILLION.stoppingRuns + 1, BATCH).map((n) => idOf('run', n));
const isLast = (n: number): boolean => n % 2 === 0;

const advancing = [
  statementCase(
    advanceRuns,
    [
      fourth.map((n) => idOf('running', n)),
      each('4'),
      `[${each('{"sent": true}').join()}]`,
      fresh.concat(fresh.map((n) => n + 250)).map((n) => idOf('fresh', n)),
      fourth.map((n) => (isLast(n) ? 0 : 1)),
      `[${each('{}').join()}]`,
      each(true),
      ['bill'],
      [3],
      ['send-mail'],
      ['mail'],
      [5],
      [3],
      [null],
      [null],
      idOf('worker', 4),
      60_000,
      30_000,
      runsOfFourth.filter((_, at) => isLast(fourth[at] ?? 0)),
      fourth.flatMap((n, at) => (isLast(n) ? [at + 1] : [])),
      'plans',
      [null],
    ],
    { answers: 1, writes: BATCH, buffers: BATCH * 60 },
  ),
  statementCase(lockRuns, [running], { answers: BATCH, buffers: BATCH * 8 }),
  statementCase(
    recordSteps,
    [running, each('ship'), each(null), each('completed'), each('{"sent": true}'), each(null)],
    { of: 'single jobs', answers: BATCH, buffers: BATCH * 20 },
  ),
  statementCase(
    recordSteps,
    [each(large), each('pack'), items, each('completed'), each('{"box": 1}'), each('{"name": "unpack"}')],
    { of: 'items', answers: 1, buffers: BATCH * 6 },
  ),
  statementCase(findStepStates, [running], { answers: BATCH * 3, buffers: BATCH * 6 }),
  statementCase(findIdleRuns, [[...running, ...stopping]], { answers: 0, buffers: BATCH * 12 }),
  statementCase(
    findStepResults,
    [
      ['reserve', 'pack', 'ship'].flatMap(() => running.slice(0, 250)),
      ['reserve', 'pack', 'ship'].flatMap((step) => running.slice(0, 250).map(() => step)),
      Array.from({ length: 750 }, () => false),
    ],
    { answers: 750, buffers: 750 * 9 },
  ),
  statementCase(findItems, [large, 'pack', MILLION.largeFanOut / 4], { answers: 1_000, buffers: 120 }),
  statementCase(findRunShape, [idOf('run', 500), 'pack'], { answers: 1, buffers: 20 }),
  statementCase(findStepResults, [[large], ['pack'], [true]], { of: 'a stream', answers: 1, buffers: 10 }),
  statementCase(completeRuns, [running, each('{ship}')], { answers: BATCH, buffers: BATCH * 20 }),
  statementCase(completeRuns, [running, each('{pack,ship}')], { of: 'two ends', answers: BATCH, buffers: BATCH * 28 }),
];

const backlogs = [
  statementCase(storeBacklog, [running, each('pack'), each(9), each('{"name": "pack"}')], {
    answers: 0,
    buffers: BATCH * 7,
  }),
  statementCase(takeBacklog, [stopping, each('pack'), each(2)], {
    answers: BATCH * 2,
    writes: BATCH * 2,
    buffers: BATCH * 12,
  }),
  statementCase(dropBacklog, [stopping, 1_000], { answers: 1_000, writes: 1_000, buffers: BATCH * 12 }),
  statementCase(findBacklogs, [stopping], { answers: BATCH, buffers: BATCH * 8 }),
];

const ending = [
  statementCase(stopRuns, [running, each<'failed'>('failed'), each(true), each('{"message": "no"}')], {
    answers: BATCH,
    buffers: BATCH * 28,
  }),
  statementCase(findStoppedJobs, [stopping, 1_000], { answers: 1_000, buffers: BATCH * 12 }),
  statementCase(
    findCancelledSteps,
    [spread(BATCH, MILLION.finished / 100 - 1).map((n) => idOf('finished', 2 + n * 100))],
    {
      answers: BATCH,
      buffers: BATCH * 26,
    },
  ),
  statementCase(beginUndos, [stopping], { answers: BATCH * MILLION.itemsPerRun, buffers: BATCH * 40 }),
  statementCase(recordUndos, [compensating, each('pack'), each(1), each('[{"step": "pack"}]')], {
    answers: BATCH,
    buffers: BATCH * 25,
  }),
  statementCase(findOverdueRuns, [500], { answers: 2 * 500, buffers: 500 * 12 }),
  statementCase(endRuns, [stopping], { answers: BATCH, buffers: BATCH * 16 }),
];

const asking = [
  statementCase(findRun, [idOf('run', 500)], { answers: 1, buffers: 20 }),
  statementCase(findRunGraph, [idOf('run', 500)], { answers: 1, buffers: 20 }),
  statementCase(findRunEvents, [large, [0, 1], [0, 0], [1, 0], [true, false], 1_000], { answers: 1, buffers: 100 }),
  statementCase(holdRun, [idOf('run', 500)], { answers: 1, buffers: 20 }),
  statementCase(findRepeatableSteps, [idOf('run', 500)], { answers: 3, buffers: 20 }),
  statementCase(findUniqueRun, ['', 'orders', `order:${unfinished + 3_001}`], { answers: 1, buffers: 10 }),
  statementCase(findRunOutcomes, [running], { answers: BATCH, buffers: BATCH * 4 }),
];

const over = idOf('run', 52_000);

const repeating = [
  statementCase(reopenRun, [over, ['ship'], ['pack'], []], { answers: 1, writes: MILLION.itemsPerRun, buffers: 300 }),
  statementCase(copySteps, [idOf('run', 52_001), over, [], '{"kind": "rerun"}'], { answers: 0, buffers: 60 }),
];

/** What moves runs of pipelines. */
export const runCases: readonly StatementCase[] = [
  ...starting,
  ...advancing,
  ...backlogs,
  ...ending,
  ...asking,
  ...repeating,
];
