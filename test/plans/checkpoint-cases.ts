import { NIL } from 'uuid';
import { deleteCheckpoints } from '../../src/repositories/sql/delete-checkpoints.js';
import { expireWait } from '../../src/repositories/sql/expire-wait.js';
import { findCheckpoints } from '../../src/repositories/sql/find-checkpoints.js';
import { findSignal } from '../../src/repositories/sql/find-signal.js';
import { holdAttempts } from '../../src/repositories/sql/hold-attempts.js';
import { pruneCheckpoints } from '../../src/repositories/sql/prune-checkpoints.js';
import { refuseSignal } from '../../src/repositories/sql/refuse-signal.js';
import { saveCheckpoint } from '../../src/repositories/sql/save-checkpoint.js';
import { sendSignal } from '../../src/repositories/sql/send-signal.js';
import { takeSignal } from '../../src/repositories/sql/take-signal.js';
import { wakeJob } from '../../src/repositories/sql/wake-job.js';
import { idOf, MILLION, range, SUSPENDED } from './million.js';
import { statementCase, type StatementCase } from './statement-case.js';

const BATCH = MILLION.batchSize;
const PLACES = MILLION.checkpointsPerJob;
const LOOK = 500;
const job = idOf('running', 10);
const batch = range(1, BATCH).map((n) => idOf('running', n));
const one = { answers: 1, buffers: 60 };

/** What durable code in handlers asks for. Every tenth running job has been sent a signal. */
export const checkpointCases: readonly StatementCase[] = [
  statementCase(findCheckpoints, [job], { answers: PLACES, buffers: 20 }),
  statementCase(saveCheckpoint, [job, '1', PLACES + 1, 'sleep', 'a day', null, 86_400_000, null], {
    ...one,
    writes: 1,
  }),
  statementCase(findSignal, [job, 'review'], one),
  statementCase(takeSignal, [job, '1', PLACES, job], { ...one, writes: 1 }),
  statementCase(expireWait, [job, '1', PLACES], { ...one, writes: 1 }),
  statementCase(refuseSignal, [job, job, 'it is empty'], { ...one, writes: 1 }),
  statementCase(sendSignal, [job, idOf('fresh', 1), 'review', '{}'], { ...one, of: 'to a running job', writes: 1 }),
  statementCase(sendSignal, [idOf('scheduled', 500_000), idOf('fresh', 1), 'review', '{}'], { ...one, writes: 1 }),
  statementCase(wakeJob, [idOf('scheduled', SUSPENDED), 'review', 'plans'], { ...one, writes: 1 }),
  statementCase(holdAttempts, [batch], { answers: BATCH, buffers: BATCH * 8 }),
  statementCase(deleteCheckpoints, [batch], { answers: 1, writes: BATCH * PLACES, buffers: BATCH * PLACES * 8 }),
  statementCase(pruneCheckpoints, [NIL, LOOK], { answers: 1, buffers: LOOK * 80 }),
];
