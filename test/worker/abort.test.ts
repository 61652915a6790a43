import { describe, expect, it } from '@jest/globals';
import { AttemptAbortedError } from '../../src/core/errors.js';
import type { Application } from '../support/application.js';
import { eventually } from '../support/eventually.js';
import { aborted, makeGate } from '../support/gate.js';
import { handlerOf } from '../support/handler-of.js';
import { useRowlock } from '../support/rowlock.js';

const rowlock = useRowlock();

describe('a timeout', () => {
  it('aborts the signal with a typed reason, and is what failed', async () => {
    const reasons: unknown[] = [];
    const task = handlerOf(
      async ({ signal }) => {
        reasons.push(await aborted(signal));
        throw new Error('whatever the handler makes of it');
      },
      { timeout: '50ms' },
    );
    const { jobs } = await rowlock.application({ handlers: [task] });
    const handle = await jobs.enqueue(task, {});
    await eventually('the job is over', async () => (await handle.details()).state === 'discarded');
    expect(reasons).toEqual([expect.any(AttemptAbortedError)]);
    expect(reasons).toMatchObject([{ code: 'ATTEMPT_TIMEOUT' }]);
    expect((await handle.details()).errors).toMatchObject([{ code: 'ATTEMPT_TIMEOUT', name: 'AttemptAbortedError' }]);
  });

  it('is retried as any other failure', async () => {
    const task = handlerOf(({ signal, attempt }) => (attempt === 1 ? aborted(signal).then((reason) => Promise.reject(reason as Error)) : 'in time'), {
      timeout: '50ms', retry: { attempts: 2, delay: '1ms' },
    }); // prettier-ignore
    const { jobs } = await rowlock.application({ handlers: [task] });
    expect(await (await jobs.enqueue(task, {})).result({ timeout: '10s' })).toBe('in time');
  });

  it('counts from the start of the handler, not from the claim', async () => {
    const gate = makeGate();
    const task = handlerOf(({ tags, signal }) => (tags.includes('first') ? gate.opened : !signal.aborted), {
      timeout: '600ms',
    });
    const { jobs, worker } = await rowlock.application({ handlers: [task], work: false, worker: { concurrency: 1 } });
    const first = await jobs.enqueue(task, {}, { tags: ['first'], timeout: '30s' });
    const second = await jobs.enqueue(task, {});
    await worker.start();
    await eventually('the first runs', async () => (await first.details()).state === 'running');
    gate.open();
    expect(await second.result({ timeout: '10s' })).toBe(true);
  });

  it('leaves a result that came all the same', async () => {
    const task = handlerOf(({ signal }) => aborted(signal).then(() => 'late but done'), { timeout: '50ms' });
    const { jobs } = await rowlock.application({ handlers: [task] });
    expect(await (await jobs.enqueue(task, {})).result({ timeout: '10s' })).toBe('late but done');
  });

  it('F-20 frees the slot of a handler that ignores it, after a grace, and says so', async () => {
    const forever = new Promise<void>(() => undefined);
    const task = handlerOf(({ tags }) => (tags.includes('hung') ? forever : 'next'), { timeout: '50ms' });
    const app = await rowlock.application({ handlers: [task], worker: { concurrency: 1 } });
    const hung = await app.jobs.enqueue(task, {}, { tags: ['hung'] });
    const next = await app.jobs.enqueue(task, {});
    expect(await next.result({ timeout: '15s' })).toBe('next');
    expect((await hung.details()).errors).toMatchObject([{ code: 'ATTEMPT_TIMEOUT' }]);
    expect(app.events('worker.stuck')).toMatchObject([{ id: hung.id }]);
  });
});

describe('a cancel of a running job', () => {
  /** A job that runs until it is aborted, on a worker of another process than the one that cancels. */
  async function runningElsewhere(
    listen: boolean,
  ): Promise<{ here: Application; id: string; reason: Promise<unknown> }> {
    const reason = makeGate<unknown>();
    const started = makeGate();
    const task = handlerOf(async ({ signal }) => {
      started.open();
      reason.open(await aborted(signal));
      throw new Error('stopped');
    });
    const there = await rowlock.application({ handlers: [task], worker: { listen } });
    if (listen) await there.event('listen.connect');
    const here = await rowlock.application();
    const { id } = await here.jobs.enqueue(task, {});
    await started.opened;
    return { here, id, reason: reason.opened };
  }

  it('reaches its signal at once by a notification, and ends it as cancelled', async () => {
    const { here, id, reason } = await runningElsewhere(true);
    const asked = performance.now();
    expect(await here.jobs.cancel(id, { reason: 'changed my mind' })).toBe('cancelling');
    expect(await reason).toMatchObject({ code: 'ATTEMPT_CANCELLED', message: 'changed my mind' });
    expect(performance.now() - asked).toBeLessThan(800); // sooner than the next tick of a second, on a busy machine too
    await eventually('it is over', async () => (await here.jobs.get(id))?.state === 'cancelled');
    expect((await here.jobs.get(id))?.reason).toBe('changed my mind');
  });

  it('reaches every one of many that are cancelled at the same time', async () => {
    let stopped = 0;
    const task = handlerOf(async ({ signal }) => {
      await aborted(signal);
      stopped++;
      throw new Error('stopped');
    });
    const { jobs, worker, event } = await rowlock.application({ handlers: [task], worker: { concurrency: 60 } });
    await event('listen.connect');
    const handles = await jobs.enqueueMany(task, Array.from({ length: 60 }, () => ({}))); // prettier-ignore
    await eventually('all run', () => worker.health().running === 60);
    await Promise.all(handles.map((handle) => handle.cancel()));
    await eventually('all are told, without waiting for the next tick', () => stopped === 60, { timeout: 800 });
  });

  it('reaches it by polling within about a second', async () => {
    const { here, id, reason } = await runningElsewhere(false);
    const asked = performance.now();
    await here.jobs.cancel(id);
    expect(await reason).toMatchObject({ code: 'ATTEMPT_CANCELLED' });
    expect(performance.now() - asked).toBeLessThan(2_500);
  });

  it('wins over a failure, a snooze and a shutdown that come after it', async () => {
    const gate = makeGate();
    const task = handlerOf(
      async (job) => {
        await gate.opened;
        if (job.tags.includes('snooze')) throw job.snooze('1h');
        throw new Error('failed');
      },
      { retry: { attempts: 5 } },
    );
    const { jobs, worker } = await rowlock.application({ handlers: [task], worker: { listen: false } });
    const handles = [await jobs.enqueue(task, {}), await jobs.enqueue(task, {}, { tags: ['snooze'] })];
    await eventually('both run', () => worker.health().running === 2);
    for (const handle of handles) expect(await handle.cancel('enough')).toBe('cancelling');
    gate.open();
    for (const handle of handles)
      await eventually('it is over', async () => (await handle.details()).state === 'cancelled');
    expect((await handles[0]?.details())?.reason).toBe('enough');
  });

  it('ends a job that waits for a slot of its worker without running it', async () => {
    const gate = makeGate();
    const ran: string[] = [];
    const task = handlerOf(async ({ id, tags }) => {
      ran.push(id);
      if (tags.includes('slow')) await gate.opened;
    });
    const { jobs } = await rowlock.application({ handlers: [task], worker: { concurrency: 1 } });
    // Quick jobs make the worker claim ahead, so that it has slow ones in hand when it meets the first of them.
    await jobs.enqueueMany(task, Array.from({ length: 2_000 }, () => ({}))); // prettier-ignore
    await jobs.enqueueMany(task, Array.from({ length: 50 }, () => ({})), { tags: ['slow'] }); // prettier-ignore
    const last = await eventually('a slow one waits in the worker', async () => {
      const [first, ...waiting] = (await jobs.list({ tag: 'slow', state: 'running' })).jobs.toReversed();
      return ran.includes(first?.id ?? '') && waiting.at(-1)?.id;
    });
    expect(await jobs.cancel(last)).toBe('cancelling');
    await eventually('it is over', async () => (await jobs.get(last))?.state === 'cancelled');
    expect(ran).not.toContain(last);
    gate.open();
  });
});
