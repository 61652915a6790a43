import { NIL } from 'uuid';
import { adoptRun } from '../../src/repositories/sql/adopt-run.js';
import { answerWait } from '../../src/repositories/sql/answer-wait.js';
import { escalateWait } from '../../src/repositories/sql/escalate-wait.js';
import { expireAnswer } from '../../src/repositories/sql/expire-answer.js';
import { findApprovals } from '../../src/repositories/sql/find-approvals.js';
import { findChildRun } from '../../src/repositories/sql/find-child-run.js';
import { findChildRuns } from '../../src/repositories/sql/find-child-runs.js';
import { holdWaits } from '../../src/repositories/sql/hold-waits.js';
import { openWait } from '../../src/repositories/sql/open-wait.js';
import { refuseAnswer } from '../../src/repositories/sql/refuse-answer.js';
import { wakeParents } from '../../src/repositories/sql/wake-parents.js';
import { idOf, MILLION, range, spread, SUSPENDED } from './million.js';
import { statementCase, type StatementCase } from './statement-case.js';

const BATCH = MILLION.batchSize;
const unfinished = MILLION.runs - MILLION.unfinishedRuns;
/** Runs that are not over, by what they wait for. */
const open = idOf('run', unfinished + 9_001);
const asked = idOf('run', unfinished + 9_003);
const answered = idOf('run', unfinished + 9_002);
const runs = spread(BATCH, MILLION.unfinishedRuns).map((n) => idOf('run', unfinished + n));
const stopping = range(unfinished + 1, BATCH).map((n) => idOf('run', n));
const fourth = range(3 * BATCH + 1, BATCH).map((n) => idOf('running', n));
const one = { answers: 1, writes: 1, buffers: 60 };

/** What steps of runs wait for: answers from outside, and child runs. The fourth batch of claims is of steps. */
export const waitCases: readonly StatementCase[] = [
  statementCase(openWait, [idOf('running', 3 * BATCH + 1), '4', 'signal', 86_400_000, 'ann', 3_600_000], one),
  statementCase(answerWait, [open, 'ship', 'signal', 'answered', '{}', null, null], one),
  statementCase(answerWait, [open, 'bill', 'signal', 'answered', '{}', null, null], { ...one, of: 'early' }),
  statementCase(refuseAnswer, [answered, 'ship', 'it is empty'], one),
  statementCase(expireAnswer, [open, 'ship'], one),
  statementCase(escalateWait, [asked, 'ship', 'boss'], one),
  statementCase(findApprovals.all, [50, NIL, ''], { answers: 50, buffers: 50 * 14 }),
  statementCase(findApprovals.of, [20, NIL, '', 'person 3'], { answers: 20, buffers: 20 * 14 }),
  statementCase(holdWaits, [runs, runs.map(() => 'ship'), fourth], { answers: 1, buffers: BATCH * 14 }),
  statementCase(findChildRun, [fourth[0] ?? ''], { answers: 1, buffers: 30 }),
  statementCase(adoptRun, [fourth[0] ?? '', '4'], { ...one, buffers: 80 }),
  statementCase(wakeParents, [[idOf('scheduled', SUSPENDED), ...fourth], 'plans'], {
    answers: 1,
    writes: 1,
    buffers: BATCH * 8,
  }),
  statementCase(findChildRuns, [stopping], { answers: BATCH, buffers: BATCH * 12 }),
];
