import { describe, expect, it } from '@jest/globals';
import { IsInt } from 'class-validator';
import { defineHandler } from '../../src/registry/define-handler.js';
import { eventually } from '../support/eventually.js';
import { useRowlock } from '../support/rowlock.js';

class Numbered {
  @IsInt() n!: number;
}

const rowlock = useRowlock();
/** The first whole number that JavaScript cannot tell from the one before it. */
const BEYOND = '9007199254740993';

describe('tokens and places beyond 2^53', () => {
  it('F-24 are told apart as others are', async () => {
    for (const sequence of ['fencing_token', 'job_seq'])
      await rowlock.query(`alter sequence $s.${sequence} restart with ${BEYOND}`);
    const order: number[] = [];
    const tokens: bigint[] = [];
    const task = defineHandler({
      name: 'task',
      payload: Numbered,
      lock: 'all',
      retry: { attempts: 3, backoff: 'fixed', delay: '10ms' },
      handle: ({ n }, job) => {
        tokens.push(job.token);
        if (n === 5 && job.attempt < 3) throw new Error('not yet');
        order.push(n);
      },
    });
    const { jobs, locks } = await rowlock.application({ handlers: [task], worker: { concurrency: 1 } });
    await jobs.enqueueMany(
      task,
      Array.from({ length: 20 }, (_, n) => ({ n })),
    );
    await eventually('everything is over', async () => (await jobs.list({ unfinished: true })).jobs.length === 0);
    expect(order.filter((n) => n !== 5)).toEqual(Array.from({ length: 20 }, (_, n) => n).filter((n) => n !== 5));
    expect(order).toHaveLength(20);
    expect(tokens).toHaveLength(22);
    expect(tokens).toEqual([...new Set(tokens)].toSorted((left, right) => (left < right ? -1 : 1)));
    expect(tokens[0]).toBeGreaterThanOrEqual(BigInt(BEYOND));
    await locks.withLock('mine', {}, async (lock) => {
      expect(lock.token > (tokens.at(-1) ?? 0n)).toBe(true);
      await lock.confirm();
    });
  });
});
