import { attemptError } from '../../src/core/attempt-error.js';
import { LockLostError, LockUnavailableError } from '../../src/core/errors.js';
import type { Outcome } from '../../src/core/outcome.js';
import type { NewJob } from '../../src/engine/new-job.js';
import { electLeader } from '../../src/repositories/sql/elect-leader.js';
import { expireLock } from '../../src/repositories/sql/expire-lock.js';
import { heartbeatWorker } from '../../src/repositories/sql/heartbeat-worker.js';
import { removeWorker } from '../../src/repositories/sql/remove-worker.js';
import { renewLock } from '../../src/repositories/sql/renew-lock.js';
import { reportProgress } from '../../src/repositories/sql/report-progress.js';
import { sqlFailure } from '../../src/repositories/sql-errors.js';
import type { Party } from './party.js';

/** What a worker is told whose row is not there any more, or may not go. */
const whyNot = (error: unknown): string => {
  if (sqlFailure(error) !== 'worker-removed') throw error;
  return 'worker-removed';
};

const OUTCOMES: Readonly<Record<Outcome['verb'], Outcome>> = {
  complete: { verb: 'complete', result: '"done"' },
  retry: { verb: 'retry', delayMs: 1_000, error: attemptError('it failed', 1) },
  discard: { verb: 'discard', error: attemptError('hopeless', 1) },
  snooze: { verb: 'snooze', delayMs: 1_000, reason: 'later', waitsFor: null },
  interrupt: { verb: 'interrupt' },
  cancel: { verb: 'cancel', reason: 'its handler said so' },
};

/** The attempt of a job ends, and its worker stores that. */
export const ends = (verb: Outcome['verb'], job = 'subject'): Party => ({
  name: `${verb} of ${job} by its attempt`,
  act: async (actor, stage) => {
    const ending = { attempt: stage.attemptOf(job), outcome: OUTCOMES[verb] };
    const { accepted } = await actor.transaction((tx) => actor.settler.settle(tx, [ending]));
    return accepted.map(({ outcome }) => outcome.verb);
  },
});

export const cancels = (job = 'subject'): Party => ({
  name: `cancel of ${job} on request`,
  act: (actor, stage) => actor.operations.cancel([stage.idOf(job)], 'not wanted'),
});

export const reschedules: Party = {
  name: 'reschedule of subject',
  act: (actor, stage) => actor.operations.reschedule([stage.idOf('subject')], { runAt: stage.dateOf(100_000) }),
};

export const redrives = (who = 'somebody'): Party => ({
  name: `redrive of subject by ${who}`,
  act: (actor, stage) =>
    actor.transaction((tx) => actor.engine.redrive(tx, [stage.idOf('subject')])).then((ids) => ids.length),
  skips: true,
});

export const rescues = (who = 'a leader'): Party => ({
  name: `rescue by ${who}`,
  act: (actor) => actor.rescuer.sweep(),
  skips: true,
});

export const promotes = (who = 'a leader'): Party => ({
  name: `promote by ${who}`,
  act: (actor) => actor.transaction((tx) => actor.engine.promote(tx, 100)).then(({ promoted }) => promoted),
  skips: true,
});

export const prunes: Party = {
  name: 'prune',
  act: (actor) => actor.transaction((tx) => actor.engine.prune(tx, 100)),
  skips: true,
};

export const claims = (worker: string): Party => ({
  name: `claim by ${worker}`,
  act: async (actor, stage) => {
    const floors = new Array<number>(10).fill(0);
    const request = {
      workerId: stage.idOf(worker), workerName: worker, names: ['greet'], pipelines: [], limit: 10, emptied: [], slackMs: 0,
      queues: [{ name: 'default', room: 10, floors }], behind: { from: 0, to: 0 }, defaultTimeoutMs: 60_000,
    }; // prettier-ignore
    const claim = actor.transaction((tx) => actor.engine.claim(tx, request));
    return claim.then(({ rows, parked }) => ({ claimed: rows.map(({ id }) => stage.nameOf(id)), parked }), whyNot);
  },
  skips: true,
});

/** A producer enqueues another job with the unique key of the first. */
export const enqueues = (name: string, onConflict: 'ignore' | 'replace', overrides: Partial<NewJob> = {}): Party => ({
  name: `enqueue of ${name} with the same unique key, else ${onConflict}`,
  act: async (actor, stage) => {
    const unique = { key: 'k', scope: 'unfinished', periodMs: null, onConflict } as const;
    const job = stage.draft(name, { unique, payload: `{"of":"${name}"}`, ...overrides });
    const holders = await actor.writer.write([job], {});
    return [...holders.values()].map((id) => stage.nameOf(id));
  },
});

export const reportsProgress: Party = {
  name: 'progress of subject',
  act: async (actor, stage) => {
    const { id, token } = stage.attemptOf('subject');
    return actor
      .transaction((tx) => tx.run(reportProgress, [[id], [token], [0.5], ['half']]))
      .then(({ length }) => length);
  },
};

export const beats: Party = {
  name: 'heartbeat of w1',
  act: (actor, stage) =>
    actor.transaction((tx) => tx.run(heartbeatWorker, [stage.idOf('w1'), 0, false])).then(({ length }) => length),
};

export const leaves: Party = {
  name: 'w1 leaves',
  act: (actor, stage) => actor.transaction((tx) => tx.run(removeWorker, [stage.idOf('w1')])).then(() => 'gone', whyNot),
};

export const leads = (worker: string): Party => ({
  name: `election of ${worker}`,
  act: (actor, stage) => actor.transaction((tx) => tx.run(electLeader, [stage.idOf(worker), 1_000])),
});

/** Somebody calls `withLock`, all of it: takes the lock, works, gives it up. */
export const locks = (who: string): Party => ({
  name: `withLock by ${who}`,
  act: (actor) =>
    actor.locks
      .withLock('x', { ttl: '10m' }, async () => 'worked')
      .catch((error: unknown) => {
        if (error instanceof LockUnavailableError || error instanceof LockLostError) return error.code;
        throw error;
      }),
  skips: true,
  isManyTransactions: true,
});

/** The holder with which the scene began asks for more time. */
export const renews: Party = {
  name: 'renewal by the first holder',
  act: (actor, stage) =>
    actor.transaction((tx) => tx.run(renewLock, ['x', stage.lockToken, 600_000])).then(({ length }) => length),
};

/** The holder with which the scene began lets go. */
export const unlocks: Party = {
  name: 'unlock by the first holder',
  act: (actor, stage) =>
    actor.transaction(async (tx) => {
      const expired = await tx.run(expireLock, ['x', stage.lockToken]);
      if (expired.length > 0) await actor.engine.passLockKeys(tx, ['x']);
      return expired.length;
    }),
};
