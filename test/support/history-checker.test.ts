import { describe, expect, it } from '@jest/globals';
import type { JobState } from '../../src/core/job-state.js';
import type { Transition, Visit } from './audit.js';
import {
  checkHistories,
  checkLockKeys,
  checkUniqueKeys,
  checkVisits,
  finalStates,
  repeatedVisits,
} from './history-checker.js';

/** One transition: from, to, attempt before and after, and what else there is to it. */
type Step = readonly [JobState | null, JobState | null, number, number, Partial<Transition>?];

function history(steps: readonly Step[], jobId = 'a'): Transition[] {
  return steps.map(([from, to, attemptBefore, attempt, rest], index) => ({
    seq: index, jobId, from, to, attemptBefore, attempt, maxAttempts: 2, tokenBefore: null, token: null, answeredBy: null,
    lockKey: null, uniqueKey: null, workerId: null, at: index * 10, ...rest,
  })); // prettier-ignore
}

const ENQUEUED: Step = [null, 'available', 0, 0];
const claimed = (attempt: number, token: string): Step => ['available', 'running', attempt - 1, attempt, { token }];
const rescued = (attempt: number, token: string): Step => [
  'running',
  'available',
  attempt,
  attempt,
  { tokenBefore: token },
];
const completed = (attempt: number, token: string, answeredBy: string | null = token): Step => [
  'running',
  'completed',
  attempt,
  attempt,
  { tokenBefore: token, answeredBy },
];

const LEGAL: Readonly<Record<string, readonly Step[]>> = {
  'a job that is done at once': [ENQUEUED, claimed(1, '7'), completed(1, '7')],
  'a job that failed, was put off, handed back and rescued': [
    [null, 'scheduled', 0, 0],
    ['scheduled', 'available', 0, 0],
    ['available', 'pending', 0, 0],
    ['pending', 'available', 0, 0],
    claimed(1, '7'),
    ['running', 'scheduled', 1, 0, { tokenBefore: '7', answeredBy: '7' }],
    ['scheduled', 'available', 0, 0],
    claimed(1, '9'),
    ['running', 'available', 1, 0, { tokenBefore: '9' }],
    claimed(1, '10'),
    ['running', 'retryable', 1, 1, { tokenBefore: '10', answeredBy: '10' }],
    ['retryable', 'available', 1, 1],
    claimed(2, '11'),
    rescued(2, '11'),
    claimed(3, '12'),
    ['running', 'discarded', 3, 2, { tokenBefore: '12' }],
  ],
  'a job that was cancelled before it ran, and brought back': [
    ENQUEUED,
    ['available', 'cancelled', 0, 0],
    ['cancelled', 'available', 0, 0],
    claimed(1, '3'),
    completed(1, '3'),
    ['completed', null, 1, 0],
  ],
};

const ILLEGAL: Readonly<Record<string, readonly [steps: readonly Step[], verdict: string]>> = {
  'it ends without having run': [[ENQUEUED, ['available', 'completed', 0, 0]], 'no verb leads there'],
  'it begins in the midst': [[['available', 'running', 0, 1, { token: '7' }]], 'the job was not there'],
  'it is enqueued twice': [[ENQUEUED, ENQUEUED], 'the job was available'],
  'a step is missing': [[ENQUEUED, completed(0, '7')], 'the job was available'],
  'it ends twice': [[ENQUEUED, claimed(1, '7'), completed(1, '7'), completed(1, '7')], 'the job was completed'],
  'it goes from one end to another': [
    [ENQUEUED, claimed(1, '7'), completed(1, '7'), ['completed', 'discarded', 1, 1]],
    'no verb leads there',
  ],
  'it runs under no newer token': [
    [ENQUEUED, claimed(1, '7'), rescued(1, '7'), claimed(2, '7'), completed(2, '7')],
    'its token 7 is not above 7',
  ],
  'it runs without a token': [[ENQUEUED, ['available', 'running', 0, 1]], 'its token null is not above 0'],
  'an older attempt ends it': [
    [ENQUEUED, claimed(1, '7'), rescued(1, '7'), claimed(2, '8'), completed(2, '7')],
    'it ends token 7, the newest is 8',
  ],
  'an older attempt answers for the newest': [
    [ENQUEUED, claimed(1, '7'), rescued(1, '7'), claimed(2, '8'), completed(2, '8', '7')],
    'the answer is of token 7, the newest is 8',
  ],
  'an older attempt answers after a rescue': [
    [ENQUEUED, claimed(1, '7'), rescued(1, '7'), ['available', 'completed', 1, 1, { answeredBy: '7' }]],
    'no verb leads there',
  ],
  'a claim counts no attempt': [
    [ENQUEUED, ['available', 'running', 0, 0, { token: '7' }]],
    'attempt 0 of 2 has become 0',
  ],
  'a rescue gives two attempts back': [
    [ENQUEUED, claimed(1, '7'), rescued(1, '7'), claimed(2, '8'), ['running', 'available', 2, 0, { tokenBefore: '8' }]],
    'attempt 2 of 2 has become 0',
  ],
  'a retry gives the attempt back': [
    [ENQUEUED, claimed(1, '7'), ['running', 'retryable', 1, 0, { tokenBefore: '7' }]],
    'attempt 1 of 2 has become 0',
  ],
  'a snooze charges the attempt': [
    [ENQUEUED, claimed(1, '7'), ['running', 'scheduled', 1, 1, { tokenBefore: '7' }]],
    'attempt 1 of 2 has become 1',
  ],
  'the last attempt is retried': [
    [ENQUEUED, claimed(1, '7'), rescued(1, '7'), claimed(2, '8'), ['running', 'retryable', 2, 2, { tokenBefore: '8' }]],
    'attempt 2 of 2 has become 2',
  ],
  'one attempt too many completes': [
    [ENQUEUED, claimed(1, '7'), rescued(1, '7'), claimed(2, '8'), rescued(2, '8'), claimed(3, '9'), completed(3, '9')],
    'attempt 3 of 2 has become 3',
  ],
  'it is claimed for ever': [
    [
      ENQUEUED,
      claimed(1, '7'),
      rescued(1, '7'),
      claimed(2, '8'),
      rescued(2, '8'),
      claimed(3, '9'),
      rescued(3, '9'),
      claimed(4, '10'),
    ],
    'attempt 3 of 2 has become 4',
  ],
  'attempts change between two steps': [
    [ENQUEUED, claimed(1, '7'), ['running', 'retryable', 1, 1, { tokenBefore: '7' }], ['retryable', 'available', 0, 0]],
    'attempt was 1, and is 0 before it',
  ],
  'waiting costs an attempt': [[ENQUEUED, ['available', 'pending', 0, 1]], 'attempt 0 of 2 has become 1'],
};

describe('checkHistories', () => {
  it.each(Object.entries(LEGAL))('accepts %s', (_, steps) => {
    expect(checkHistories(history(steps))).toEqual([]);
  });

  it.each(Object.entries(ILLEGAL))('convicts if %s', (_, [steps, verdict]) => {
    const violations = checkHistories(history(steps));
    expect(violations.map((violation) => violation.replace(/^job a: [^:]*: /, ''))).toContain(verdict);
  });

  it('tells jobs apart', () => {
    const [one, other] = [history([ENQUEUED, claimed(1, '7')]), history([ENQUEUED, claimed(1, '3')], 'b')];
    expect(checkHistories([...one, ...other])).toEqual([]);
  });
});

describe('finalStates', () => {
  it('gives each end of each job', () => {
    const twice = history([ENQUEUED, claimed(1, '7'), completed(1, '7'), completed(1, '7')]);
    const running = history([ENQUEUED, claimed(1, '8')], 'b');
    expect(finalStates([...twice, ...running])).toEqual(new Map([['a', ['completed', 'completed']]]));
  });
});

/** Two jobs of one key, merged in the order in which their steps are named. */
function merged(key: 'lockKey' | 'uniqueKey', ...steps: readonly (readonly [job: string, step: Step])[]): Transition[] {
  return steps.flatMap(([job, [from, to, before, after, rest]], at) =>
    history([[from, to, before, after, { ...rest, seq: at, at: at * 10, [key]: 'k' }]], job),
  );
}

describe('checkLockKeys', () => {
  const waiting: Step = ['available', 'pending', 0, 0];

  it('accepts jobs that take turns, one that dies among them', () => {
    const steps = merged(
      'lockKey', ['a', ENQUEUED], ['b', ENQUEUED], ['a', claimed(1, '7')], ['b', waiting], ['a', rescued(1, '7')],
      ['a', claimed(2, '8')], ['a', completed(2, '8')], ['b', claimed(1, '9')], ['b', completed(1, '9')],
    ); // prettier-ignore
    expect(checkLockKeys(steps)).toEqual([]);
  });

  it('convicts a job that begins while another runs', () => {
    const steps = merged(
      'lockKey', ['a', ENQUEUED], ['b', ENQUEUED], ['a', claimed(1, '7')], ['b', claimed(1, '8')], ['a', completed(1, '7')],
    ); // prettier-ignore
    expect(checkLockKeys(steps)).toEqual(['lock k: job b began while job a held it']);
  });
});

describe('checkUniqueKeys', () => {
  it('accepts one after another', () => {
    const steps = merged(
      'uniqueKey', ['a', ENQUEUED], ['a', claimed(1, '7')], ['a', completed(1, '7')], ['b', ENQUEUED], ['b', ['available', 'cancelled', 0, 0]],
      ['c', ENQUEUED],
    ); // prettier-ignore
    expect(checkUniqueKeys(steps)).toEqual([]);
  });

  it('convicts two at once, however the second came', () => {
    const steps = merged(
      'uniqueKey',
      ['a', ENQUEUED],
      ['a', ['available', 'cancelled', 0, 0]],
      ['b', ENQUEUED],
      ['a', ['cancelled', 'available', 0, 0]],
    );
    expect(checkUniqueKeys(steps)).toEqual(['unique key k: job a came while b had it']);
    expect(checkUniqueKeys(merged('uniqueKey', ['a', ENQUEUED], ['b', ENQUEUED]))).toHaveLength(1);
  });
});

describe('checkVisits', () => {
  const visit = (jobId: string, token: string, enteredAt: number, leftAt: number | null, lockKey: string | null = null): Visit => ({
    jobId, token, lockKey, enteredAt, leftAt,
  }); // prettier-ignore
  /** Rescued at 20, claimed again at 30. */
  const lost = history([ENQUEUED, claimed(1, '7'), rescued(1, '7'), claimed(2, '8'), completed(2, '8')]);

  it('accepts a handler that never left, and one that left late, once it has been rescued', () => {
    expect(checkVisits([visit('a', '7', 15, null), visit('a', '8', 35, 38)], lost)).toEqual([]);
    expect(checkVisits([visit('a', '7', 15, 99), visit('a', '8', 35, 38)], lost)).toEqual([]);
  });

  it('accepts a handler that begins when its attempt has been rescued already', () => {
    expect(checkVisits([visit('a', '8', 35, 38), visit('a', '7', 36, 40)], lost)).toEqual([]);
  });

  it('convicts an attempt that begins before the last one was rescued, or was done', () => {
    expect(checkVisits([visit('a', '7', 15, null), visit('a', '8', 19, 38)], lost)).toEqual([
      'job a: token 8 entered before token 7 was done',
    ]);
    const failed = history([ENQUEUED, claimed(1, '7'), ['running', 'retryable', 1, 1, { tokenBefore: '7' }]]);
    expect(checkVisits([visit('a', '7', 15, 50), visit('a', '8', 40, 45)], failed)).toHaveLength(1);
  });

  it('convicts handlers of one lock key that are at work at once, or in the wrong order', () => {
    const ofTwo = [...history([ENQUEUED, claimed(1, '7')]), ...history([ENQUEUED, claimed(1, '8')], 'b')];
    expect(checkVisits([visit('a', '7', 15, 30, 'k'), visit('b', '8', 29, 40, 'k')], ofTwo)).toEqual([
      'lock k: token 8 entered before token 7 was done',
    ]);
    expect(checkVisits([visit('b', '8', 15, 20, 'k'), visit('a', '7', 21, 30, 'k')], ofTwo)).toEqual([
      'lock k: token 7 entered after token 8',
    ]);
    expect(checkVisits([visit('a', '7', 15, 30, 'k'), visit('b', '8', 29, 40, 'l')], ofTwo)).toEqual([]);
  });

  it('finds what ran again', () => {
    const visits = [visit('a', '7', 15, null), visit('a', '8', 35, 38)];
    expect(repeatedVisits(visits, lost)).toEqual([visits[0]]);
  });
});
