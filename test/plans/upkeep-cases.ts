import { numberLock } from '../../src/repositories/sql/number-lock.js';
import { acquireLock } from '../../src/repositories/sql/acquire-lock.js';
import { claimStrandedKeys } from '../../src/repositories/sql/claim-stranded-keys.js';
import { electLeader } from '../../src/repositories/sql/elect-leader.js';
import { expireLock } from '../../src/repositories/sql/expire-lock.js';
import { findLapsed } from '../../src/repositories/sql/find-lapsed.js';
import { findJobTypes } from '../../src/repositories/sql/find-job-types.js';
import { heartbeatWorker } from '../../src/repositories/sql/heartbeat-worker.js';
import { holdLockKeys } from '../../src/repositories/sql/hold-lock-keys.js';
import { findStrayRows, listPartitions, upcomingDays } from '../../src/repositories/sql/make-partitions.js';
import { passLockKeys } from '../../src/repositories/sql/pass-lock-keys.js';
import { promoteJobs } from '../../src/repositories/sql/promote-jobs.js';
import { pruneJobs } from '../../src/repositories/sql/prune-jobs.js';
import { registerWorker } from '../../src/repositories/sql/register-worker.js';
import { removeDeadWorkers } from '../../src/repositories/sql/remove-dead-workers.js';
import { removeWorker } from '../../src/repositories/sql/remove-worker.js';
import { renewLock } from '../../src/repositories/sql/renew-lock.js';
import { rescueJobs } from '../../src/repositories/sql/rescue-jobs.js';
import { resignLeader } from '../../src/repositories/sql/resign-leader.js';
import { saveJobTypes } from '../../src/repositories/sql/save-job-types.js';
import { statement } from '../../src/repositories/statement.js';
import { idOf, MILLION, range } from './million.js';
import { statementCase, type StatementCase } from './statement-case.js';

const CHANNEL = 'plans';
const BATCH = MILLION.batchSize;
const worker = idOf('worker', 1);
const lease = `lease:${MILLION.locks}`;
const order = range(1, BATCH).map((n) => `order:${n}`);

const locks = [
  statementCase(acquireLock, ['nobody has it', 'me', 30_000], { of: 'free', answers: 1, buffers: 40 }),
  statementCase(acquireLock, [lease, 'me', 30_000], { of: 'held', answers: 1, buffers: 40 }),
  statementCase(numberLock, [lease, `holder ${MILLION.locks}`], { answers: 1, buffers: 20 }),
  statementCase(renewLock, [lease, String(MILLION.locks), 30_000], { answers: 1, buffers: 20 }),
  statementCase(expireLock, [lease, String(MILLION.locks)], { answers: 1, buffers: 20 }),
  statementCase(holdLockKeys, [range(1, BATCH).map((n) => idOf('running', n)), order], {
    answers: BATCH,
    buffers: BATCH * 8,
  }),
  statementCase(passLockKeys, [order, CHANNEL], { answers: BATCH, buffers: BATCH * 25 }),
  statementCase(findLapsed, [], { answers: 1, buffers: (BATCH + MILLION.lapsed) * 12 }),
  statementCase(claimStrandedKeys, [500], { answers: MILLION.lapsed, buffers: (BATCH + MILLION.lapsed) * 12 }),
];

/** The class of each job type of an application. */
const types = range(1, 50).map((n) => ({
  name: `type-${n}`,
  version: 1,
  queue: 'mail',
  priority: 5,
  maxAttempts: 3,
  needsClass: false,
}));

const workers = [
  statementCase(registerWorker, [idOf('fresh', 1), 'w', 'host', 1, '1', ['mail'], ['send-mail'], 10, 30_000], {
    answers: 0,
    buffers: 20,
  }),
  statementCase(heartbeatWorker, [worker, 0, false], { answers: 1, buffers: 40 }),
  statementCase(removeWorker, [idOf('worker', 9)], { answers: 1, buffers: BATCH * 8 }),
  statementCase(electLeader, [worker, 15_000], { answers: 1, buffers: 10 }),
  statementCase(resignLeader, [worker], { answers: 1, buffers: 10 }),
  statementCase(saveJobTypes, [JSON.stringify(types)], { answers: 1, buffers: 500 }),
  statementCase(findJobTypes, [['send-mail']], { answers: 1, buffers: 10 }),
];

const leader = [
  statementCase(promoteJobs, [1_000, CHANNEL], { answers: 1, buffers: 1_000 * 18 }),
  statementCase(rescueJobs, [100, '{"name": "AttemptLost", "message": "no answer"}', CHANNEL], {
    answers: 4 * BATCH,
    buffers: 4 * BATCH * 25,
    rows: 4 * BATCH * 3,
  }),
  statementCase(removeDeadWorkers, [], { answers: 0, buffers: 50 }),
  statementCase(pruneJobs, [1_000], { answers: 1, buffers: 1_000 * 40, rows: 1_000 * MILLION.itemsPerRun }),
  statementCase(listPartitions, [], { answers: 10, buffers: 500 }),
  statementCase(upcomingDays, [9], { answers: 10, buffers: 10 }),
  statementCase(
    statement<[], unknown>('find-stray-rows', ({ schema }) => findStrayRows(schema, '20991231')),
    [],
    {
      answers: 1,
      buffers: 10,
    },
  ),
];

/** Locks, workers, and what only a leader does. */
export const upkeepCases: readonly StatementCase[] = [...locks, ...workers, ...leader];
