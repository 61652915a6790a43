import { enqueueParams } from '../../src/engine/new-job.js';
import { cancelAttempts } from '../../src/repositories/sql/cancel-attempts.js';
import { cancelJobs } from '../../src/repositories/sql/cancel-jobs.js';
import { checkAttempts } from '../../src/repositories/sql/check-attempts.js';
import { claimJobs } from '../../src/repositories/sql/claim-jobs.js';
import { completeJobs } from '../../src/repositories/sql/complete-jobs.js';
import { discardJobs } from '../../src/repositories/sql/discard-jobs.js';
import { enqueueJobs } from '../../src/repositories/sql/enqueue-jobs.js';
import { enqueueUniqueJobs } from '../../src/repositories/sql/enqueue-unique-jobs.js';
import { findJobs } from '../../src/repositories/sql/find-jobs.js';
import { findLostClaims } from '../../src/repositories/sql/find-lost-claims.js';
import { findOutcomes } from '../../src/repositories/sql/find-outcomes.js';
import { findUniqueHolders } from '../../src/repositories/sql/find-unique-holders.js';
import { hasJobs } from '../../src/repositories/sql/has-jobs.js';
import { holdJobId } from '../../src/repositories/sql/hold-job-id.js';
import { interruptJobs } from '../../src/repositories/sql/interrupt-jobs.js';
import { redriveJobs } from '../../src/repositories/sql/redrive-jobs.js';
import { replaceJob } from '../../src/repositories/sql/replace-job.js';
import { reportProgress } from '../../src/repositories/sql/report-progress.js';
import { rescheduleJobs } from '../../src/repositories/sql/reschedule-jobs.js';
import { retryJobs } from '../../src/repositories/sql/retry-jobs.js';
import { snoozeJobs } from '../../src/repositories/sql/snooze-jobs.js';
import { withdrawJobs } from '../../src/repositories/sql/withdraw-jobs.js';
import { idOf, MILLION, QUEUES, range, spread } from './million.js';
import { newJob } from './new-job.js';
import { statementCase, type StatementCase } from './statement-case.js';

const CHANNEL = 'plans';
const BATCH = MILLION.batchSize;
const ERROR = JSON.stringify({ name: 'Error', message: 'no', at: '2026-01-01T00:00:00Z', attempt: 1 });

/** The jobs that one claim took, and their tokens. */
function batch(nth: number): [ids: string[], tokens: string[]] {
  return [
    range((nth - 1) * BATCH + 1, BATCH).map((n) => idOf('running', n)),
    Array.from({ length: BATCH }, () => String(nth)),
  ];
}

const each = <T>(value: T): T[] => Array.from({ length: BATCH }, () => value);

const unstarted = [
  ...spread(BATCH / 2, MILLION.available).map((n) => idOf('available', n)),
  ...spread(BATCH / 2, MILLION.scheduled).map((n) => idOf('scheduled', n)),
];
const finished = spread(BATCH, MILLION.finished).map((n) => idOf('finished', n));

const newJobs = range(1, 1_000).map(newJob);
/** Of the keys every second is taken. */
const uniqueKeys = newJobs.map((_, index) => (index % 2 === 0 ? `unique:${(index + 1) * 10}` : `new:${index}`));
const takenKeys = range(1, 1_000).map((n) => `unique:${n * 10}`);

interface Claim {
  readonly of: string;
  readonly queues: readonly string[];
  readonly floor: number;
  readonly behind?: number;
  readonly answers: number;
  readonly buffers: number;
  readonly rows?: number;
}

function claim({ queues, floor, behind = 0, ...expected }: Claim): StatementCase {
  const floors = queues.flatMap(() => Array.from({ length: 10 }, () => floor));
  const rooms = queues.map(() => BATCH);
  const worker = [idOf('worker', 1), 'worker 1', ['resize-image', 'send-mail'], BATCH, queues, rooms, floors] as const;
  return statementCase(claimJobs, [...worker, 60_000, ['17', '18'], 30_000, ['orders@v1'], 0, behind], expected);
}

const FLOOR = MILLION.batches * BATCH + 1;

const claims = [
  claim({ of: 'from the floors', queues: QUEUES, floor: FLOOR, answers: BATCH, buffers: BATCH * 8 }),
  claim({ of: 'for the first time', queues: QUEUES, floor: 0, answers: BATCH, buffers: BATCH * 8 }),
  claim({
    of: 'behind the floors',
    queues: QUEUES,
    floor: FLOOR + 500_000,
    behind: 2 ** 50,
    answers: BATCH,
    buffers: BATCH * 8,
  }),
  claim({ of: 'with lock keys', queues: ['keyed'], floor: 0, answers: BATCH / 2, buffers: BATCH * 20 }),
];

const RESULTS = `[${each('{"sent": true}').join()}]`;
const settled = { answers: 1, writes: BATCH };

const settling = [
  statementCase(completeJobs, [...batch(1), RESULTS], { ...settled, buffers: BATCH * 12 }),
  statementCase(completeJobs, [...batch(2), RESULTS], { ...settled, of: 'with unique keys', buffers: BATCH * 20 }),
  statementCase(retryJobs, [...batch(1), each(5_000), each(ERROR)], { ...settled, buffers: BATCH * 14 }),
  statementCase(snoozeJobs, [...batch(1), each(5_000), each('later'), each('review')], {
    ...settled,
    buffers: BATCH * 14,
  }),
  statementCase(interruptJobs, [...batch(1), CHANNEL], { ...settled, buffers: BATCH * 8 }),
  statementCase(discardJobs, [...batch(2), each(ERROR)], { ...settled, buffers: BATCH * 18 }),
  statementCase(cancelAttempts, [...batch(2), each('no')], { ...settled, buffers: BATCH * 18 }),
  statementCase(reportProgress, [...batch(1), each(0.5), each('half')], { answers: BATCH, buffers: BATCH * 8 }),
  statementCase(checkAttempts, [batch(1)[0], each('2')], { answers: BATCH, buffers: BATCH * 6 }),
];

const enqueuing = [
  statementCase(enqueueJobs, enqueueParams(newJobs, CHANNEL), { answers: 1, buffers: 1_000 * 12 }),
  statementCase(
    enqueueUniqueJobs,
    [...enqueueParams(newJobs, CHANNEL), uniqueKeys, newJobs.map(() => 'unfinished'), newJobs.map(() => null)],
    { answers: 500, buffers: 1_000 * 8 },
  ),
  ...Object.values(findUniqueHolders).map((statement) =>
    statementCase(
      statement,
      [newJobs.map(({ id }) => id), newJobs.map(() => ''), newJobs.map(({ name }) => name), takenKeys],
      { answers: 1_000, buffers: 1_000 * 16 },
    ),
  ),
  statementCase(holdJobId, [newJobs.map(({ id }) => id)], { answers: 1, buffers: 100 }),
  ...(['available', 'scheduled'] as const).map((kind) =>
    statementCase(
      replaceJob,
      [idOf(kind, 500_001), '{}', 5, null, '{}', null, 60_000, 'default', 3, null, null, null],
      {
        of: `of an ${kind} job`,
        answers: 1,
        buffers: 100,
      },
    ),
  ),
  statementCase(withdrawJobs, [unstarted], { answers: 1, buffers: BATCH * 16 }),
];

const asking = [
  statementCase(findJobs, [[...unstarted, ...finished]], { answers: 2 * BATCH, buffers: 2 * BATCH * 45 }),
  statementCase(findJobs, [[idOf('available', 500_000)]], { of: 'one', answers: 1, buffers: 100 }),
  statementCase(findOutcomes, [finished], { answers: BATCH, buffers: BATCH * 30 }),
  statementCase(findLostClaims, [idOf('worker', 1), ['1'], 60_000], { answers: BATCH, buffers: BATCH * 6 }),
  statementCase(hasJobs, [], { answers: 1, buffers: 10 }),
];

const steering = [
  statementCase(cancelJobs, [[...unstarted, ...batch(1)[0]], 'no longer wanted', CHANNEL], {
    answers: 2 * BATCH,
    buffers: 2 * BATCH * 16,
  }),
  statementCase(rescheduleJobs, [unstarted, null, 60_000], { answers: BATCH, buffers: BATCH * 26 }),
  statementCase(
    redriveJobs,
    [spread(BATCH, MILLION.finished / 100).map((n) => idOf('finished', 1 + n * 100)), CHANNEL],
    {
      answers: BATCH,
      buffers: BATCH * 80,
    },
  ),
];

/** What workers and clients do to jobs. */
export const jobCases: readonly StatementCase[] = [...claims, ...settling, ...enqueuing, ...asking, ...steering];
