import { describe, expect, it } from '@jest/globals';
import { IsInt, IsString } from 'class-validator';
import { defineHandler } from '../../src/registry/define-handler.js';
import { eventually } from '../support/eventually.js';
import { makeGate } from '../support/gate.js';
import { useRowlock } from '../support/rowlock.js';

class Keyed {
  @IsString() key!: string;
  @IsInt() n!: number;
}

const rowlock = useRowlock();
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A handler with a lock key that watches that nobody else has it. */
function watched(work: (payload: Keyed, attempt: number) => Promise<void> = turn) {
  const inside = new Set<string>();
  const overlaps: string[] = [];
  const order: Keyed[] = [];
  const handler = defineHandler({
    name: 'keyed',
    payload: Keyed,
    lock: 'key:{key}',
    retry: { attempts: 3, delay: '1ms' },
    handle: async (payload, { attempt }) => {
      if (inside.has(payload.key)) overlaps.push(payload.key);
      inside.add(payload.key);
      order.push(payload);
      try {
        await work(payload, attempt);
      } finally {
        inside.delete(payload.key);
      }
    },
  });
  return { handler, overlaps, order };
}

describe('jobs of one lock key', () => {
  it('run one at a time in the whole cluster, in the order of their enqueue', async () => {
    const { handler, overlaps, order } = watched();
    const apps = [
      await rowlock.application({ handlers: [handler] }),
      await rowlock.application({ handlers: [handler] }),
    ];
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const payloads = Array.from({ length: 150 }, (_, n) => ({ key: keys[n % 5] ?? '', n }));
    await apps[0]?.jobs.enqueueMany(handler, payloads);
    await eventually('all are done', () => order.length === 150, { timeout: 20_000 });
    expect(overlaps).toEqual([]);
    for (const key of keys) {
      const numbers = order.filter((payload) => payload.key === key).map(({ n }) => n);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
    await eventually('no key is left', async () => (await rowlock.query('select from $s.lock')).length === 0);
  });

  it('wait without an attempt, and hold up nobody else', async () => {
    const gate = makeGate();
    const { handler, order } = watched(({ n }) => (n === 0 ? gate.opened : turn()));
    const { jobs } = await rowlock.application({ handlers: [handler], worker: { concurrency: 3 } });
    await jobs.enqueueMany(
      handler,
      Array.from({ length: 30 }, (_, n) => ({ key: 'held', n })),
    );
    await jobs.enqueueMany(
      handler,
      Array.from({ length: 30 }, (_, n) => ({ key: `free ${n}`, n: n + 100 })),
    );
    await eventually('the others are done', () => order.length === 31);
    const { jobs: waiting } = await jobs.list({ state: 'pending' });
    expect(waiting).toHaveLength(29);
    expect(waiting.every(({ attempt }) => attempt === 0)).toBe(true);
    gate.open();
    await eventually('those of the key are done', () => order.length === 60);
  });

  it('give the key up between attempts, and to those who cancel, snooze or fail for good', async () => {
    const { handler, overlaps, order } = watched(async ({ n }, attempt) => {
      await turn();
      if (n % 3 === 0 && attempt < 3) throw new Error('again');
      if (n % 3 === 1) throw new Error('never');
    });
    const { jobs, events } = await rowlock.application({ handlers: [handler] });
    await jobs.enqueueMany(
      handler,
      Array.from({ length: 12 }, (_, n) => ({ key: 'k', n })),
    );
    await eventually('all are over', () => events('job.complete').length + events('job.discard').length === 12, { timeout: 25_000 }); // prettier-ignore
    expect(overlaps).toEqual([]);
    expect(order).toHaveLength(12 + 4 * 2 + 4 * 2);
  });

  it('pass the key on within the transaction of a transactional handler', async () => {
    const done: string[] = [];
    const handler = defineHandler({
      name: 'keyed',
      payload: Keyed,
      lock: 'key:{key}',
      transactional: true,
      handle: ({ n }) => void done.push(String(n)),
    });
    const { jobs } = await rowlock.application({ handlers: [handler] });
    await jobs.enqueueMany(
      handler,
      Array.from({ length: 10 }, (_, n) => ({ key: 'k', n })),
    );
    await eventually('all are done', () => done.length === 10);
    expect(done).toEqual(Array.from({ length: 10 }, (_, n) => String(n)));
  });

  it('pass the key on when the one that has it is cancelled', async () => {
    const gate = makeGate();
    const { handler, order } = watched(({ n }) => (n === 0 ? gate.opened : turn()));
    const { jobs } = await rowlock.application({ handlers: [handler] });
    const [first, second, third] = await jobs.enqueueMany(handler, [0, 1, 2].map((n) => ({ key: 'k', n }))); // prettier-ignore
    await eventually('two wait', async () => (await jobs.list({ state: 'pending' })).jobs.length === 2);
    expect(await second?.cancel()).toBe('cancelled');
    expect(await first?.cancel()).toBe('cancelling');
    gate.open();
    await third?.result({ timeout: '10s' });
    expect(order.map(({ n }) => n)).toEqual([0, 2]);
  });
});
