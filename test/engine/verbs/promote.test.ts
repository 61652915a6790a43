import { describe, expect, it } from '@jest/globals';
import { ending, failed, JobsAt } from '../../support/jobs-at.js';
import { useRowlock } from '../../support/rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);
const promote = (limit = 100): ReturnType<typeof rowlock.engine.promote> => rowlock.engine.promote(rowlock.on, limit);
const claimed = async (): Promise<string[]> => (await jobs.claim()).map(({ id }) => id);

describe('promote', () => {
  it('makes due jobs available in the order in which they became due, and leaves the others', async () => {
    const [last, first, never] = [await jobs.enqueue({ delayMs: 3_000 }), await jobs.enqueue({ delayMs: 2_000 }), await jobs.enqueue({ delayMs: 9_000 })]; // prettier-ignore
    await rowlock.moveClock(4_000);
    expect((await promote()).promoted).toBe(2);
    expect(await claimed()).toEqual([first, last]);
    expect((await jobs.get(never)).state).toBe('scheduled');
  });

  it('puts them behind what is available already', async () => {
    const due = await jobs.enqueue({ delayMs: 1_000 });
    const available = await jobs.enqueue();
    await rowlock.moveClock(1_001);
    await promote();
    expect(await claimed()).toEqual([available, due]);
  });

  it('takes no more than asked for, the oldest first', async () => {
    const [second, first] = [await jobs.enqueue({ delayMs: 2_000 }), await jobs.enqueue({ delayMs: 1_000 })];
    await rowlock.moveClock(3_000);
    expect((await promote(1)).promoted).toBe(1);
    expect((await jobs.get(first)).state).toBe('available');
    expect((await jobs.get(second)).state).toBe('scheduled');
  });

  it('says when the next one is due', async () => {
    expect(await promote()).toMatchObject({ promoted: 0, nextMs: null });
    await jobs.enqueue({ delayMs: 60_000 });
    const { nextMs } = await promote();
    expect(nextMs).toBeGreaterThan(50_000);
    expect(nextMs).toBeLessThanOrEqual(60_000);
  });

  it('brings a failed job back with its attempts and errors', async () => {
    const attempt = await jobs.running();
    await rowlock.engine.retry(rowlock.on, [ending(attempt, failed(1_000))]);
    await rowlock.moveClock(1_001);
    await promote();
    expect(await jobs.get(attempt.id)).toMatchObject({
      state: 'available',
      attempt: 1,
      errors: [{ message: 'it failed' }],
    });
  });

  it('moves each job once when two leaders promote at once', async () => {
    for (let n = 0; n < 20; n++) await jobs.enqueue({ delayMs: 1 });
    await rowlock.moveClock(10);
    const results = await Promise.all([promote(), promote(), promote()]);
    expect(results.reduce((sum, { promoted }) => sum + promoted, 0)).toBe(20);
  });

  it('skips a job that is being cancelled, and takes it if that is rolled back', async () => {
    const id = await jobs.enqueue({ delayMs: 1 });
    await rowlock.moveClock(10);
    const cancel = await rowlock.begin();
    await rowlock.engine.requestCancel(cancel.on, [id], 'not wanted');
    expect((await promote()).promoted).toBe(0);
    await cancel.rollback();
    expect((await promote()).promoted).toBe(1);
  });

  it('makes a cancel wait, which then finds nothing here and has to ask again', async () => {
    const id = await jobs.enqueue({ delayMs: 1 });
    await rowlock.moveClock(10);
    const open = await rowlock.begin();
    await rowlock.engine.promote(open.on, 10);
    const cancel = rowlock.engine.requestCancel(rowlock.on, [id], 'not wanted');
    await rowlock.blocked();
    await open.commit();
    expect(await cancel).toEqual([]);
    expect(await rowlock.engine.requestCancel(rowlock.on, [id], 'not wanted')).toMatchObject([
      { outcome: 'cancelled' },
    ]);
  });
});
