import { describe, expect, it } from '@jest/globals';
import { IsBoolean, IsString } from 'class-validator';
import { NIL } from 'uuid';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { JobContext } from '../../src/registry/job-context.js';
import { pruneCheckpoints } from '../../src/repositories/sql/prune-checkpoints.js';
import { eventually } from '../support/eventually.js';
import { makeGate } from '../support/gate.js';
import { handlerOf } from '../support/handler-of.js';
import { useRowlock } from '../support/rowlock.js';

const rowlock = useRowlock();
const DAY = 86_400_000;

class Review {
  @IsBoolean() approved!: boolean;
}

class Order {
  @IsString() item!: string;
}

/** Of all that handlers recorded, what is left. */
const left = () =>
  rowlock.value<number>('select (select count(*) from $s.checkpoint)::int + (select count(*) from $s.signal)::int');

const again = { retry: { attempts: 5, backoff: 'fixed', delay: '1ms' } } as const;

describe('a step of a handler', () => {
  it('is done once, whatever becomes of the attempts after it', async () => {
    const done: string[] = [];
    const task = handlerOf(async (job) => {
      const at = await job.step('first', () => {
        done.push('first');
        return new Date(0);
      });
      if (job.attempt < 3) throw new Error('not yet');
      const nothing = await job.step('second', () => void done.push('second'));
      return { at, nothing };
    }, again);
    const { jobs } = await rowlock.application({ handlers: [task] });
    const handle = await jobs.enqueue(task, {});
    // Like a result: in its JSON form, in the attempt that makes it too.
    expect(await handle.result({ timeout: '10s' })).toEqual({ at: '1970-01-01T00:00:00.000Z', nothing: null });
    expect(done).toEqual(['first', 'second']);
    expect((await handle.details()).attempt).toBe(3);
    expect(await left()).toBe(0);
  });

  it('is done again if it failed', async () => {
    let tries = 0;
    const task = handlerOf((job) => job.step('only', () => {
      if (++tries < 3) throw new Error('no luck');
      return tries;
    }), again); // prettier-ignore
    const { jobs } = await rowlock.application({ handlers: [task] });
    expect(await (await jobs.enqueue(task, {})).result({ timeout: '10s' })).toBe(3);
  });

  it('keeps its place beside others that are awaited together', async () => {
    const task = handlerOf(async (job) => {
      const both = await Promise.all([job.step('a', () => 1), job.step('b', () => 2)]);
      if (job.attempt === 1) throw new Error('once more');
      return both;
    }, again);
    const { jobs } = await rowlock.application({ handlers: [task] });
    expect(await (await jobs.enqueue(task, {})).result({ timeout: '10s' })).toEqual([1, 2]);
  });

  it('that comes in the place of another is noticed, and both are named', async () => {
    const order = { first: 'reserve' };
    const task = handlerOf(async (job) => {
      await job.step(order.first, () => 1);
      throw new Error('fails after it');
    }, again);
    const { jobs, event } = await rowlock.application({ handlers: [task] });
    const handle = await jobs.enqueue(task, {});
    await event('job.retry');
    order.first = 'pay';
    await eventually('it is over', async () => (await handle.details()).state === 'discarded');
    const errors = (await handle.details()).errors;
    expect(errors.at(-1)).toMatchObject({ code: 'CHECKPOINT_MISMATCH' });
    expect(errors.at(-1)?.message).toContain('asks for step "pay" as its 1st checkpoint');
    expect(errors.at(-1)?.message).toContain('recorded step "reserve"');
  });

  it('of a dead letter is there when it is redriven', async () => {
    const done: string[] = [];
    const task = handlerOf(async (job) => {
      await job.step('charge', () => void done.push('charge'));
      if (done.length < 2) throw new Error(String(done.push('failed')));
      return 'sent';
    });
    const { jobs } = await rowlock.application({ handlers: [task] });
    const handle = await jobs.enqueue(task, {});
    await eventually('it is a dead letter', async () => (await handle.details()).state === 'discarded');
    expect(await left()).toBe(1);
    await jobs.redrive(handle.id);
    expect(await handle.result({ timeout: '10s' })).toBe('sent');
    expect(done).toEqual(['charge', 'failed']);
    expect(await left()).toBe(0);
  });

  it('F-9 records nothing for an attempt that has lost its job', async () => {
    const gate = makeGate();
    const thrown: unknown[] = [];
    const task = handlerOf(async (job) => {
      await gate.opened;
      await job.step('late', () => 1).catch((error: unknown) => thrown.push(error));
    });
    const { jobs, worker } = await rowlock.application({ handlers: [task] });
    await jobs.enqueue(task, {});
    await eventually('it runs', () => worker.health().running === 1);
    await rowlock.query('update $s.job set token = token + 100');
    gate.open();
    await eventually('it was told', () => thrown.length === 1);
    expect(thrown).toMatchObject([{ code: 'LEASE_LOST' }]);
    expect(await left()).toBe(0);
  });

  it.each([
    [
      'a name that is none',
      (job: JobContext) => job.step('', () => 1),
      'OPTION_INVALID',
      '"" is no name of a checkpoint',
    ],
    ['a time that is none', (job: JobContext) => job.sleep('x', 'soon' as never), 'DURATION_INVALID', 'job.sleep("x")'],
    ['a time too far away', (job: JobContext) => job.sleep('x', '3000d'), 'OPTION_INVALID', 'at most a year away'],
    ['a date that is none', (job: JobContext) => job.sleep('x', new Date(NaN)), 'OPTION_INVALID', 'a valid time'],
    [
      'a result without JSON',
      (job: JobContext) => job.step('x', () => 1n),
      'NOT_SERIALIZABLE',
      'step "x" of job "task"',
    ],
  ])('refuses %s', async (_, act, code, message) => {
    const task = handlerOf(act);
    const { jobs } = await rowlock.application({ handlers: [task] });
    const handle = await jobs.enqueue(task, {});
    await eventually('it is over', async () => (await handle.details()).state === 'discarded');
    const [error] = (await handle.details()).errors;
    expect(error?.code).toBe(code);
    expect(error?.message).toContain(message);
  });

  it('is refused inside a transaction, where it could not be kept', async () => {
    const task = handlerOf((job) => job.step('x', () => 1), { transactional: true });
    const { jobs } = await rowlock.application({ handlers: [task] });
    const handle = await jobs.enqueue(task, {});
    const error = await eventually('it has failed', async () => (await handle.details()).errors[0]);
    expect(error).toMatchObject({ code: 'HANDLER_INVALID' });
    expect(error.message).toContain('is @Transactional()');
  });
});

describe('a sleep of a handler', () => {
  it('holds no slot, costs no try, and goes on after it', async () => {
    const came: string[] = [];
    const task = handlerOf(async (job) => {
      came.push(`before ${job.attempt}`);
      await job.sleep('a day', '1d');
      came.push('after');
      return 'rested';
    });
    const { jobs, worker } = await rowlock.application({ handlers: [task], worker: { concurrency: 1 } });
    const handle = await jobs.enqueue(task, {});
    await eventually('it sleeps', async () => (await handle.details()).state === 'scheduled');
    expect(worker.health().running).toBe(0);
    expect((await handle.details()).meta).toMatchObject({ snoozeReason: 'sleeps: a day' });
    await rowlock.moveClock(DAY - 60_000);
    await rowlock.engine.promote(rowlock.on, 10);
    expect((await handle.details()).state).toBe('scheduled');
    await rowlock.moveClock(DAY + 60_000);
    expect(await handle.result({ timeout: '10s' })).toBe('rested');
    expect(came).toEqual(['before 1', 'before 1', 'after']);
  });

  it('until a moment that has passed goes on at once', async () => {
    const task = handlerOf(async (job) => {
      await job.sleep('until then', new Date(0));
      return 'awake';
    });
    const { jobs } = await rowlock.application({ handlers: [task] });
    expect(await (await jobs.enqueue(task, {})).result({ timeout: '10s' })).toBe('awake');
  });

  it('is not swallowed by a handler that catches everything', async () => {
    const task = handlerOf(async (job) => {
      try {
        await job.sleep('a while', '1h');
      } catch {
        return 'swallowed';
      }
      return 'slept';
    });
    const { jobs } = await rowlock.application({ handlers: [task] });
    const handle = await jobs.enqueue(task, {});
    await eventually('it sleeps', async () => (await handle.details()).state === 'scheduled');
    await rowlock.moveClock(2 * 3_600_000);
    expect(await handle.result({ timeout: '10s' })).toBe('slept');
  });
});

describe('a wait for a signal', () => {
  const waiting = (timeout?: '1h') =>
    handlerOf(async (job) => {
      const { approved } = await job.waitFor('review', Review, timeout ? { timeout } : {});
      return approved;
    });

  it('holds no slot, and is over when the signal comes', async () => {
    const task = waiting();
    const { jobs, worker } = await rowlock.application({ handlers: [task], worker: { concurrency: 1 } });
    const handle = await jobs.enqueue(task, {});
    await eventually('it waits', async () => (await handle.details()).state === 'scheduled');
    expect(worker.health().running).toBe(0);
    expect((await handle.details()).meta).toMatchObject({ waitsFor: 'review' });
    await handle.signal('another', { approved: false });
    expect((await handle.details()).state).toBe('scheduled');
    await handle.signal('review', { approved: true });
    expect(await handle.result({ timeout: '10s' })).toBe(true);
    expect((await handle.details()).meta).not.toHaveProperty('waitsFor');
    expect(await left()).toBe(0);
  });

  it('finds a signal that was sent before, and takes those of one name in their order', async () => {
    const task = handlerOf(async (job) => {
      const first = await job.waitFor('review', Review);
      const second = await job.waitFor('review', Review);
      return [first, second];
    });
    const { jobs } = await rowlock.application({ handlers: [task], work: false });
    const handle = await jobs.enqueue(task, {});
    await handle.signal('review', { approved: true });
    await handle.signal('review', { approved: false });
    await rowlock.application({ handlers: [task] });
    expect(await handle.result({ timeout: '10s' })).toEqual([{ approved: true }, { approved: false }]);
  });

  it('goes on after a signal that is not valid, which is kept with the reason', async () => {
    const task = waiting();
    const { jobs, events } = await rowlock.application({ handlers: [task] });
    const handle = await jobs.enqueue(task, {});
    await handle.signal('review', { approved: 'perhaps' });
    const refused = await eventually('it is refused', () =>
      rowlock.value<string | null>('select refused from $s.signal where refused is not null'),
    );
    expect(refused).toContain('approved');
    await handle.signal('review', { approved: true });
    expect(await handle.result({ timeout: '10s' })).toBe(true);
    expect(events('job.log')).toMatchObject([{ level: 'warn', id: handle.id }]);
  });

  it('throws when its time is over, in each later attempt too, whatever comes then', async () => {
    const thrown: unknown[] = [];
    const task = handlerOf(async (job) => {
      await job.waitFor('review', Review, { timeout: '1h' }).catch((error: unknown) => {
        thrown.push(error);
        throw error;
      });
    }, again);
    const { jobs, event } = await rowlock.application({ handlers: [task] });
    const handle = await jobs.enqueue(task, {});
    await eventually('it waits', async () => (await handle.details()).meta['waitsFor'] === 'review');
    await rowlock.moveClock(2 * 3_600_000);
    await event('job.retry');
    await handle.signal('review', { approved: true }).catch(() => undefined);
    await eventually('it is over', async () => (await handle.details()).state === 'discarded');
    expect(thrown.filter((error) => (error as { code?: string }).code === 'SIGNAL_TIMEOUT')).toHaveLength(5);
  });

  it('whose time is over is ended by nobody: a signal does not bring a job forward that waits for something else', async () => {
    const task = handlerOf((job) => job.waitFor('review', Review, { timeout: '1h' }), {
      retry: { attempts: 2, delay: '1h' },
    });
    const { jobs, event } = await rowlock.application({ handlers: [task] });
    const handle = await jobs.enqueue(task, {});
    await eventually('it waits', async () => (await handle.details()).meta['waitsFor'] === 'review');
    await rowlock.moveClock(2 * 3_600_000);
    await event('job.retry');
    expect((await handle.details()).meta).not.toHaveProperty('waitsFor');
    await jobs.reschedule(handle.id, { delay: '7d' });
    await handle.signal('review', { approved: true });
    expect((await handle.details()).state).toBe('scheduled');
  });

  it('that was cancelled with its job waits no more when that is brought back', async () => {
    const task = waiting();
    const first = await rowlock.application({ handlers: [task] });
    const handle = await first.jobs.enqueue(task, {});
    await eventually('it waits', async () => (await handle.details()).meta['waitsFor'] === 'review');
    await first.worker.stop();
    await first.jobs.cancel(handle.id);
    await first.jobs.redrive(handle.id);
    await first.jobs.reschedule(handle.id, { delay: '7d' });
    await handle.signal('review', { approved: true });
    expect((await handle.details()).state).toBe('scheduled');
  });

  it('of a job that is over, or was never there, cannot be ended', async () => {
    const task = handlerOf(() => 'done');
    const { jobs } = await rowlock.application({ handlers: [task] });
    const handle = await jobs.enqueue(task, {});
    await handle.result({ timeout: '10s' });
    await expect(handle.signal('review', {})).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await expect(jobs.signal('00000000-0000-7000-8000-000000000000', 'review')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(jobs.signal(handle.id, 'review', { much: 'x'.repeat(300_000) })).rejects.toMatchObject({
      code: 'TOO_LARGE',
    });
  });

  describe.each(['the signal', 'the wait'] as const)('that meets its signal, %s first', (first) => {
    it('loses neither', async () => {
      const task = waiting();
      const { jobs } = await rowlock.application({ handlers: [task] });
      const gate = await rowlock.begin();
      const handle = await jobs.enqueue(task, {}, { manager: gate.manager });
      // Both take the job's row; the test holds it until they stand in the wanted order.
      await gate.commit();
      if (first === 'the wait')
        await eventually('it waits', async () => (await handle.details()).state === 'scheduled');
      await handle.signal('review', { approved: true });
      expect(await handle.result({ timeout: '10s' })).toBe(true);
    });
  });

  it('that is stored while the signal is being sent is over at once', async () => {
    const gate = makeGate();
    const task = handlerOf(async (job) => {
      await gate.opened;
      return (await job.waitFor('review', Review)).approved;
    });
    const { jobs, worker } = await rowlock.application({ handlers: [task] });
    const handle = await jobs.enqueue(task, {});
    await eventually('it runs', () => worker.health().running === 1);
    // A sender that has stored its signal and not committed: it holds the job's row, for which the wait then waits.
    const sender = await rowlock.begin();
    await sender.manager.query(`select from ${rowlock.schema}.job where id = $1 for share`, [handle.id]);
    await sender.manager.query(
      `insert into ${rowlock.schema}.signal (job_id, id, name, payload, sent_at) values ($1, $1, 'review', '{"approved": true}', now())`,
      [handle.id],
    );
    gate.open();
    await rowlock.blocked();
    await sender.commit();
    expect(await handle.result({ timeout: '10s' })).toBe(true);
  });
});

describe('a job that is replaced on its way', () => {
  const unique = { key: 'order', onConflict: 'replace' } as const;
  const ordering = (pause: (job: JobContext) => Promise<unknown>) =>
    defineHandler({
      name: 'order',
      payload: Order,
      unique,
      ...again,
      handle: async ({ item }, job) => {
        const reserved = await job.step('reserve', () => item);
        if (item === 'a lamp') await pause(job);
        return reserved;
      },
    });

  it.each<[string, (job: JobContext) => Promise<unknown>]>([
    ['sleeps', (job) => job.sleep('for long', '1d')],
    ['waits for a signal', (job) => job.waitFor('review', Review)],
  ])('while it %s begins anew, at once, with the new payload', async (_, pause) => {
    const task = ordering(pause);
    const { jobs, worker } = await rowlock.application({ handlers: [task] });
    const first = await jobs.enqueue(task, { item: 'a lamp' });
    await eventually('it is suspended', async () => (await first.details()).meta['snoozed'] === 1);
    await worker.stop();
    await first.signal('of the lamp');
    const second = await jobs.enqueue(task, { item: 'a chair' });
    expect(second.id).toBe(first.id);
    expect(await left()).toBe(0);
    expect((await second.details()).meta).not.toHaveProperty('waitsFor');
    await rowlock.application({ handlers: [task] });
    expect(await second.result({ timeout: '10s' })).toBe('a chair');
  });

  it('keeps the time that it was given', async () => {
    const task = ordering((job) => job.sleep('for long', '1d'));
    const { jobs } = await rowlock.application({ handlers: [task] });
    const first = await jobs.enqueue(task, { item: 'a lamp' });
    await eventually('it is suspended', async () => (await first.details()).meta['snoozed'] === 1);
    const { runAt } = await (await jobs.enqueue(task, { item: 'a chair' }, { delay: '2d' })).details();
    expect(runAt?.getTime()).toBeGreaterThan(Date.now() + 1.9 * DAY);
  });
});

describe('what strays', () => {
  it('is removed, that of jobs that are neither unfinished nor dead letters, a few jobs at a time', async () => {
    await rowlock.query(`insert into $s.checkpoint (job_id, place, kind, name, created_at)
      select gen_random_uuid(), place, 'step', 'lost', now() from generate_series(1, 2), generate_series(1, 3) place`);
    await rowlock.query(`insert into $s.signal (job_id, id, name, payload, sent_at)
      values (gen_random_uuid(), gen_random_uuid(), 'lost', '{}', now())`);
    const asleep = handlerOf((job) => job.sleep('long', '1d'), { name: 'asleep' });
    const failed = handlerOf((job) => job.step('done', () => 1).then(() => Promise.reject(new Error('no'))), { name: 'failed' }); // prettier-ignore
    const { jobs, events } = await rowlock.application({ handlers: [asleep, failed] });
    const [sleeper, letter] = [await jobs.enqueue(asleep, {}), await jobs.enqueue(failed, {})];
    await eventually('one sleeps', async () => (await sleeper.details()).state === 'scheduled');
    await eventually('one has failed', async () => (await letter.details()).state === 'discarded');
    let after: string = NIL;
    for (let look = 0; look < 20; look++) {
      const [row] = await rowlock.on.run(pruneCheckpoints, [after, 2]);
      after = row?.last ?? after;
    }
    const kept = await rowlock.query<{ job_id: string }>('select job_id from $s.checkpoint order by 1');
    expect(kept.map((row) => row.job_id)).toEqual([sleeper.id, letter.id].sort());
    expect(await rowlock.query('select from $s.signal')).toEqual([]);
    expect(events('error')).toEqual([]);
  });
});
