import { describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { aborted, makeGate } from '../support/gate.js';
import { handlerOf } from '../support/handler-of.js';
import { useRowlock } from '../support/rowlock.js';

const rowlock = useRowlock();
const many = (count: number): object[] => Array.from({ length: count }, () => ({}));
const left = (): Promise<readonly { state: string; attempt: number; count: number }[]> =>
  rowlock.query('select state, attempt, count(*)::int from $s.jobs group by 1, 2 order by 1, 2');

describe('a stop', () => {
  it('lets what runs end, claims no more, and hands back at no charge what had not started', async () => {
    const gate = makeGate();
    let slow = 0;
    const task = handlerOf(async ({ tags }) => {
      if (!tags.includes('slow')) return;
      slow++;
      await gate.opened;
    });
    const { jobs, worker } = await rowlock.application({ handlers: [task], worker: { concurrency: 2 } });
    await jobs.enqueueMany(task, many(2_000));
    await jobs.enqueueMany(task, many(60), { tags: ['slow'] });
    await eventually('slow ones wait in the worker', () => slow === 2 && worker.health().waiting > 10);
    const stop = worker.stop();
    await eventually('they are handed back', () => worker.health().waiting === 0);
    expect(worker.state).toBe('draining');
    gate.open();
    expect(await stop).toEqual({ drained: true });
    expect(await left()).toEqual([
      { state: 'available', attempt: 0, count: 58 },
      { state: 'completed', attempt: 1, count: 2_002 },
    ]);
    expect(await rowlock.query('select from $s.claim')).toEqual([]);
    expect(await rowlock.query('select from $s.worker')).toEqual([]);
  });

  it('aborts what does not end in time, and hands it back at no charge', async () => {
    const reasons: unknown[] = [];
    const task = handlerOf(async ({ signal }) => {
      reasons.push(await aborted(signal));
      throw new Error('stopped');
    });
    const { jobs, worker, events } = await rowlock.application({
      handlers: [task],
      worker: { shutdownTimeout: '50ms' },
    });
    const { id } = await jobs.enqueue(task, {});
    await eventually('it runs', () => worker.health().running === 1);
    expect(await worker.stop()).toEqual({ drained: false });
    expect(reasons).toMatchObject([{ code: 'WORKER_SHUTDOWN' }]);
    expect(await jobs.get(id)).toMatchObject({ state: 'available', attempt: 0, errors: [] });
    expect(events('worker.abort')).toHaveLength(1);
    expect(events('worker.stop')).toMatchObject([{ drained: false }]);
  });

  it('may be told not to wait, in its midst too', async () => {
    const task = handlerOf(({ signal }) => aborted(signal).then((reason) => Promise.reject(reason as Error)));
    const { jobs, worker } = await rowlock.application({ handlers: [task], worker: { shutdownTimeout: '1h' } });
    await jobs.enqueue(task, {});
    await eventually('it runs', () => worker.health().running === 1);
    const stop = worker.stop();
    await worker.stop({ timeoutMs: 0 });
    expect(await stop).toEqual({ drained: false });
    expect(worker.state).toBe('stopped');
  });

  it('leaves the job of a handler that ignores it to the next worker, which runs it again', async () => {
    const gate = makeGate();
    const attempts: number[] = [];
    const task = handlerOf(async ({ attempt }) => {
      attempts.push(attempt);
      if (attempts.length === 1) await gate.opened;
      return attempts.length;
    });
    const first = await rowlock.application({ handlers: [task] });
    const handle = await first.jobs.enqueue(task, {});
    await eventually('it runs', () => attempts.length === 1);
    await first.worker.stop({ timeoutMs: 0 });
    const second = await rowlock.application({ handlers: [task] });
    expect(await second.jobs.handle(handle.id).result({ timeout: '10s' })).toBe(2);
    expect(attempts).toEqual([1, 1]);
    gate.open();
    await Promise.resolve();
    expect((await second.jobs.get(handle.id))?.result).toBe(2);
  });

  it('may be followed by a start, under a new id', async () => {
    const task = handlerOf(() => 'done');
    const { jobs, worker, event, events } = await rowlock.application({ handlers: [task] });
    const ids: unknown[] = [];
    for (let n = 0; n < 3; n++) {
      ids.push(worker.id);
      await worker.stop();
      expect(worker.id).toBeNull();
      await worker.start();
      await eventually('it listens', () => worker.health().listening);
      expect(await (await jobs.enqueue(task, {})).result({ timeout: '10s' })).toBe('done');
    }
    expect(new Set([...ids, worker.id]).size).toBe(4);
    await event('leader.elect');
    expect(events('worker.stop')).toHaveLength(3);
  });

  it('of a worker that never started, or has stopped, does nothing', async () => {
    const { worker } = await rowlock.application({ handlers: [handlerOf(() => 1)], work: false });
    expect(await worker.stop()).toEqual({ drained: true });
    await worker.start();
    expect(await Promise.all([worker.stop(), worker.stop()])).toEqual([{ drained: true }, { drained: true }]);
    expect(await worker.stop()).toEqual({ drained: true });
  });

  it('in the midst of a start leaves nothing running', async () => {
    const { worker } = await rowlock.application({ handlers: [handlerOf(() => 1)], work: false });
    const start = worker.start();
    await worker.stop();
    await start;
    await worker.stop();
    expect(worker.state).toBe('stopped');
    await eventually('its row is gone', async () => (await rowlock.query('select from $s.worker')).length === 0);
  });
});

describe('run', () => {
  it('with `once` ends when nothing is left to do', async () => {
    const task = handlerOf(() => 'done');
    const { jobs, worker } = await rowlock.application({ handlers: [task], work: false });
    await jobs.enqueueMany(task, many(700));
    expect(await worker.run({ once: true })).toEqual({ drained: true });
    expect(await left()).toEqual([{ state: 'completed', attempt: 1, count: 700 }]);
  });

  it('ends when it is stopped', async () => {
    const { worker } = await rowlock.application({ handlers: [handlerOf(() => 1)], work: false });
    const run = worker.run();
    await eventually('it runs', () => worker.state === 'running');
    await worker.stop();
    expect(await run).toEqual({ drained: true });
  });

  it('takes a signal in the midst of its start for one to stop', async () => {
    const { worker, events } = await rowlock.application({ handlers: [handlerOf(() => 1)], work: false });
    const run = worker.run();
    expect(worker.state).toBe('starting');
    process.emit('SIGTERM');
    expect(await run).toEqual({ drained: true });
    expect([worker.state, events('worker.start').length, process.listenerCount('SIGTERM')]).toEqual(['stopped', 1, 0]);
  });
});
