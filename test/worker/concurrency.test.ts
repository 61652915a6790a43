import { describe, expect, it } from '@jest/globals';
import { IsInt } from 'class-validator';
import type { JobContext } from '../../src/registry/job-context.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { eventually } from '../support/eventually.js';
import { makeGate } from '../support/gate.js';
import { useRowlock } from '../support/rowlock.js';

class Numbered {
  @IsInt() n!: number;
}

const rowlock = useRowlock();
const numbers = (count: number): { n: number }[] => Array.from({ length: count }, (_, n) => ({ n }));
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A handler that keeps count of how many of its jobs run at once, in all and by queue. */
function counted(name: string, work: (payload: Numbered, job: JobContext) => Promise<void>) {
  const running = new Map<string, number>();
  const peaks = new Map<string, number>();
  const order: number[] = [];
  const count = (key: string, change: number): void => {
    running.set(key, (running.get(key) ?? 0) + change);
    peaks.set(key, Math.max(peaks.get(key) ?? 0, running.get(key) ?? 0));
  };
  const handler = defineHandler({
    name,
    payload: Numbered,
    handle: async (payload, job) => {
      order.push(payload.n);
      for (const key of ['all', job.queue]) count(key, 1);
      await work(payload, job);
      for (const key of ['all', job.queue]) count(key, -1);
    },
  });
  return { handler, peaks, order };
}

describe('concurrency', () => {
  it('is reached and never exceeded, of the worker and of each queue', async () => {
    const { handler, peaks } = counted('count', async () => {
      for (let n = 0; n < 3; n++) await turn();
    });
    const queues = { a: 2, b: 5, c: null };
    const { jobs, events } = await rowlock.application({ handlers: [handler], worker: { concurrency: 8, queues } });
    await Promise.all(['a', 'b', 'c'].map((queue) => jobs.enqueueMany(handler, numbers(400), { queue })));
    await eventually('all jobs are done', () => events('job.complete').length === 1_200);
    expect(peaks.get('a')).toBe(2);
    expect(peaks.get('b')).toBeLessThanOrEqual(5);
    expect(peaks.get('all')).toBe(8);
  });

  it('is one at a time for a worker of one, in the order of priority and then of the enqueue', async () => {
    const { handler, order } = counted('count', turn);
    const { jobs, worker, events } = await rowlock.application({ handlers: [handler], work: false, worker: { concurrency: 1 } }); // prettier-ignore
    await jobs.enqueueMany(handler, numbers(120), { priority: 9 });
    await jobs.enqueueMany(handler, numbers(120).map(({ n }) => ({ n: n + 1_000 })), { priority: 1 }); // prettier-ignore
    await worker.start();
    await eventually('all jobs are done', () => events('job.complete').length === 240);
    expect(order).toEqual([...numbers(120).map(({ n }) => n + 1_000), ...numbers(120).map(({ n }) => n)]);
  });

  it('of one queue that is stuck at its limit starves no other queue', async () => {
    const gate = makeGate();
    const quick = counted('quick', turn);
    const slow = counted('slow', () => gate.opened);
    const { jobs, events } = await rowlock.application({
      handlers: [quick.handler, slow.handler],
      worker: { concurrency: 4, queues: { narrow: 1, wide: null } },
    });
    // Quick jobs of the narrow queue make the worker claim ahead; then it is full of slow ones.
    await jobs.enqueueMany(quick.handler, numbers(2_000), { queue: 'narrow' });
    await jobs.enqueueMany(slow.handler, numbers(200), { queue: 'narrow' });
    await eventually('the narrow queue is stuck', () => slow.order.length === 1 && events('job.complete').length === 2_000); // prettier-ignore
    await jobs.enqueueMany(quick.handler, numbers(300), { queue: 'wide' });
    await eventually('the wide queue is done', () => events('job.complete').length === 2_300, { timeout: 5_000 });
    gate.open();
  });

  it('of a full queue leaves others their turns', async () => {
    const finished: string[] = [];
    const { handler } = counted('count', async (_, { queue }) => {
      await turn();
      finished.push(queue);
    });
    const worker = { concurrency: 2, prefetch: 0, queues: { full: null, other: null } };
    const { jobs, worker: running, events } = await rowlock.application({ handlers: [handler], work: false, worker });
    await jobs.enqueueMany(handler, numbers(300), { queue: 'full' });
    await jobs.enqueueMany(handler, numbers(10), { queue: 'other' });
    await running.start();
    await eventually('all jobs are done', () => events('job.complete').length === 310);
    expect(finished.lastIndexOf('other')).toBeLessThan(100);
  });

  it('claims no more than free slots while jobs are slow, so that other workers get the rest', async () => {
    const gate = makeGate();
    const { handler } = counted('slow', () => gate.opened);
    const [first, second] = [
      await rowlock.application({ handlers: [handler], worker: { concurrency: 3 } }),
      await rowlock.application({ handlers: [handler], work: false, worker: { concurrency: 3 } }),
    ];
    await first.jobs.enqueueMany(handler, numbers(6));
    await eventually('the first is full', () => first.worker.health().running === 3);
    expect(first.worker.health().waiting).toBe(0);
    await second.worker.start();
    await eventually('the second has the rest', () => second.worker.health().running === 3);
    gate.open();
  });
});

describe('two workers', () => {
  it('share the jobs, and run each once', async () => {
    const seen: number[] = [];
    const { handler } = counted('count', async ({ n }) => {
      await turn();
      seen.push(n);
    });
    const apps = [
      await rowlock.application({ handlers: [handler] }),
      await rowlock.application({ handlers: [handler] }),
    ];
    await apps[0]?.jobs.enqueueMany(handler, numbers(1_500));
    await eventually('all jobs are done', () => seen.length >= 1_500);
    expect(seen.toSorted((a, b) => a - b)).toEqual(numbers(1_500).map(({ n }) => n));
    const waiting = await rowlock.value('select count(*)::int from $s.job');
    expect(typeof waiting).toBe('number');
  });

  it('F-30 leave jobs whose type they do not know to one that does', async () => {
    const [one, other] = [counted('one', turn), counted('other', turn)];
    const first = await rowlock.application({ handlers: [one.handler] });
    await first.jobs.enqueueMany(other.handler, numbers(3));
    await first.jobs.enqueueMany(one.handler, numbers(3));
    await eventually('the known ones are done', () => one.order.length === 3);
    expect(await rowlock.value(`select count(*)::int from $s.jobs where state = 'available'`)).toBe(3);
    await rowlock.application({ handlers: [other.handler] });
    await eventually('the others are done', () => other.order.length === 3);
  });
});
