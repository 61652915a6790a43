import { IsIn, IsInt, IsOptional, IsString } from 'class-validator';
import { ContainerModule } from 'inversify';
import { setTimeout as delay } from 'node:timers/promises';
import { defineHandler, type JobContext, Locks, type RetryOptions } from '../../src/index.js';
import { Diary } from './diary.js';

/**
 * What becomes of a task: it works for `ms`; in each attempt before `until` it fails, hangs, works for `ms` whatever its
 * signal says, or kills its worker; puts itself off until `ms` after its enqueue; gives itself up; or calls itself off.
 */
const FATES = ['work', 'fail', 'hang', 'ignore', 'kill', 'snooze', 'discard', 'cancel'] as const;

export class Task {
  @IsIn(FATES) fate!: (typeof FATES)[number];
  @IsOptional() @IsInt() ms?: number;
  /** The first attempt in which all goes well. Default: none. */
  @IsOptional() @IsInt() until?: number;
}

export class KeyedTask extends Task {
  @IsString() key!: string;
}

/** Which attempt gave an answer: the checker compares it with the attempt whose answer was stored. */
interface Answer {
  readonly token: string;
}

/** Lets the task's fate happen; whatever comes of it says by which token. */
async function befall({ fate, ms = 0, until = Infinity }: Task, job: JobContext): Promise<Answer> {
  const words = `said the attempt with token ${job.token}`;
  switch (fate) {
    case 'work':
      if (ms > 0) await delay(ms, undefined, { signal: job.signal });
      break;
    case 'fail':
      if (job.attempt < until) throw new Error(`no, ${words}`);
      break;
    case 'hang':
      if (job.attempt < until) await delay(3_600_000, undefined, { signal: job.signal });
      break;
    case 'ignore':
      if (job.attempt < until) await delay(ms);
      break;
    case 'kill':
      if (job.attempt < until) {
        process.kill(process.pid, 'SIGKILL');
        await delay(3_600_000);
      }
      break;
    case 'snooze':
      if (Date.now() < job.createdAt.getTime() + ms) throw job.snooze('200ms', `later, ${words}`);
      break;
    case 'discard':
      throw job.discard(`never, ${words}`);
    case 'cancel':
      throw job.cancel(`not wanted, ${words}`);
  }
  return { token: String(job.token) };
}

/** Writes down when the handler of an attempt is entered and left. */
async function visit<T>(diary: Diary, job: JobContext, work: () => Promise<T>): Promise<T> {
  const token = String(job.token);
  await diary.enter(job.id, token, job.lockKey);
  try {
    return await work();
  } finally {
    await diary.leave(job.id, token);
  }
}

const retry: RetryOptions = { attempts: 3, backoff: 'fixed', delay: '200ms' };
const inject = [Diary] as const;

export const Plain = defineHandler({
  name: 'plain',
  payload: Task,
  retry,
  inject,
  handle: (task, job, [diary]) => visit(diary, job, () => befall(task, job)),
});

export const Locked = defineHandler({
  name: 'locked',
  payload: KeyedTask,
  retry,
  lock: '{key}',
  inject,
  handle: (task, job, [diary]) => visit(diary, job, () => befall(task, job)),
});

export const Unique = defineHandler({
  name: 'unique',
  payload: KeyedTask,
  retry,
  unique: { key: '{key}' },
  inject,
  handle: (task, job, [diary]) => visit(diary, job, () => befall(task, job)),
});

/** Enters its job into a ledger, in the transaction of its completion. */
export const Booked = defineHandler({
  name: 'booked',
  payload: Task,
  retry,
  transactional: true,
  inject,
  handle: (task, job, [diary]) =>
    visit(diary, job, async () => {
      const row = [job.id, String(job.token)];
      await job.manager.query(`insert into ${diary.schema}.ledger (job_id, token) values ($1, $2)`, row);
      return befall(task, job);
    }),
});

/** Works under a lock of `Locks`, and writes down when, and whether it was told that it had held it all the time. */
export const Guarded = defineHandler({
  name: 'guarded',
  payload: KeyedTask,
  retry,
  inject: [Diary, Locks] as const,
  handle: (task, job, [diary, locks]) =>
    visit(diary, job, async () => {
      const options = { ttl: '1s', wait: '5s' } as const;
      const { answer, token } = await locks.withLock(`section ${task.key}`, options, async (lock) => {
        const token = String(lock.token);
        await diary.enterSection(lock.key, token);
        const answer = await befall(task, job);
        await diary.leaveSection(lock.key, token);
        return { answer, token };
      });
      await diary.confirmSection(`section ${task.key}`, token);
      return answer;
    }),
});

export const TASK_HANDLERS = [Plain, Locked, Unique, Booked, Guarded];

export const taskModule = (diary: Diary): ContainerModule =>
  new ContainerModule(({ bind }) => void bind(Diary).toConstantValue(diary));
