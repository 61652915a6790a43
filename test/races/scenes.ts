import type { NewUniqueKey } from '../../src/engine/new-job.js';
import { acquireLock } from '../../src/repositories/sql/acquire-lock.js';
import { numberLock } from '../../src/repositories/sql/number-lock.js';
import { attemptError } from '../../src/core/attempt-error.js';
import {
  beats, cancels, claims, ends, enqueues, leads, leaves, locks, promotes, prunes, redrives, renews, reportsProgress,
  reschedules, rescues, unlocks,
} from './parties.js'; // prettier-ignore
import type { Party } from './party.js';
import type { Stage } from './stage.js';

/** A situation, and all who may do something in it: each two of them meet, in both orders. */
export interface Scene {
  readonly name: string;
  prepare(stage: Stage): Promise<void>;
  readonly parties: readonly Party[];
}

const DAY_MS = 86_400_000;
const unique: NewUniqueKey = { key: 'k', scope: 'unfinished', periodMs: null, onConflict: 'ignore' };
const subject = { lockKey: 'x', unique };

/** `subject` runs under w1 with the lock key x, for which `waiter` waits; w2 has nothing to do. */
async function running(stage: Stage, timeoutMs: number | null): Promise<void> {
  await stage.worker('w1', 30_000);
  await stage.worker('w2');
  await stage.enqueue('subject', { ...subject, timeoutMs });
  await stage.claim('w1');
  await stage.enqueue('waiter', { lockKey: 'x' });
  await stage.claim('w2');
}

/** A holder of `Locks` has x, for which `subject` waits. */
async function locked(stage: Stage): Promise<void> {
  const { on } = stage.rowlock;
  await stage.worker('w2');
  await on.run(acquireLock, ['x', 'the first holder', 600_000]);
  const [numbered] = await on.run(numberLock, ['x', 'the first holder']);
  stage.lockToken = numbered?.token ?? '0';
  await stage.enqueue('subject', subject);
  await stage.claim('w2');
  await stage.enqueue('newcomer', { lockKey: 'x' });
}

export const scenes: readonly Scene[] = [
  {
    name: 'a running job past its deadline, with a waiter for its lock key',
    prepare: async (stage) => {
      await running(stage, 1_000);
      await stage.setClock(5_000);
    },
    parties: [
      ends('complete'), ends('retry'), ends('snooze'), ends('interrupt'), ends('discard'), ends('cancel'), cancels(), rescues(),
      reportsProgress, enqueues('twin', 'ignore'), enqueues('heir', 'replace'), claims('w2'), cancels('waiter'),
    ], // prettier-ignore
  },
  {
    name: 'a running job whose worker has lost its lease',
    prepare: async (stage) => {
      await running(stage, null);
      await stage.setClock(40_000);
    },
    parties: [rescues(), rescues('another leader'), beats, { ...leaves, comesSecond: true }, claims('w1'), ends('complete'), cancels()],
  },
  {
    name: 'a worker that has drained',
    prepare: async (stage) => {
      await running(stage, null);
      const attempt = stage.attemptOf('subject');
      await stage.rowlock.engine.complete(stage.rowlock.on, [{ attempt, outcome: { verb: 'complete', result: '1' } }]);
      await stage.enqueue('next');
    },
    parties: [leaves, beats, claims('w1'), claims('w2')],
  },
  {
    name: 'a running job of which a cancel was requested',
    prepare: async (stage) => {
      await running(stage, 1_000);
      await stage.rowlock.engine.requestCancel(stage.rowlock.on, [stage.idOf('subject')], 'not wanted');
      await stage.setClock(5_000);
    },
    parties: [ends('complete'), ends('retry'), ends('interrupt'), ends('cancel'), rescues(), claims('w2')],
  },
  {
    name: 'a job that is available',
    prepare: async (stage) => {
      await stage.worker('w1');
      await stage.worker('w2');
      await stage.enqueue('subject', { lockKey: 'x', unique: { ...unique, scope: 'queued' } });
    },
    parties: [claims('w1'), claims('w2'), cancels(), reschedules, enqueues('twin', 'ignore'), enqueues('heir', 'replace')],
  },
  {
    name: 'a job that was given its lock key, and one that waits for it',
    prepare: async (stage) => {
      await running(stage, null);
      const attempt = stage.attemptOf('subject');
      await stage.rowlock.engine.interrupt(stage.rowlock.on, [{ attempt, outcome: { verb: 'interrupt' } }]);
    },
    parties: [claims('w2'), cancels(), cancels('waiter'), reschedules, enqueues('heir', 'replace', { lockKey: 'y' }), locks('a holder')],
  },
  {
    name: 'a job that is due',
    prepare: async (stage) => {
      await stage.worker('w1');
      await stage.enqueue('subject', { ...subject, delayMs: 1_000 });
      await stage.setClock(5_000);
    },
    parties: [promotes(), promotes('another leader'), cancels(), reschedules, enqueues('twin', 'ignore'), enqueues('heir', 'replace'), claims('w1')],
  },
  {
    name: 'a job that waits for the lock key of another',
    prepare: async (stage) => {
      await stage.worker('w1');
      await stage.worker('w2');
      await stage.enqueue('owner', { lockKey: 'x' });
      await stage.claim('w1');
      await stage.enqueue('subject', subject);
      await stage.claim('w2');
    },
    parties: [ends('complete', 'owner'), ends('interrupt', 'owner'), cancels(), reschedules, enqueues('heir', 'replace', { lockKey: 'y' }), enqueues('twin', 'ignore'), claims('w2')],
  },
  {
    name: 'a lock that is held, with a waiter',
    prepare: locked,
    parties: [unlocks, renews, locks('another'), claims('w2'), cancels(), rescues()],
  },
  {
    name: 'a lock whose lease has run out, with a waiter',
    prepare: async (stage) => {
      await locked(stage);
      await stage.setClock(700_000);
    },
    parties: [unlocks, renews, locks('another'), locks('a third'), claims('w2'), cancels(), rescues(), rescues('another leader')],
  },
  {
    name: 'a finished job that may be pruned',
    prepare: async (stage) => {
      await running(stage, null);
      const error = attemptError('hopeless', 1);
      await stage.rowlock.engine.discard(stage.rowlock.on, [{ attempt: stage.attemptOf('subject'), outcome: { verb: 'discard', error } }]);
      await stage.setClock(8 * DAY_MS);
    },
    parties: [redrives(), redrives('another'), prunes, enqueues('twin', 'ignore'), cancels()],
  },
  {
    name: 'two workers that would lead',
    prepare: async (stage) => {
      await stage.worker('w1');
      await stage.worker('w2');
    },
    parties: [leads('w1'), leads('w2')],
  },
]; // prettier-ignore
