import { describe, expect, it } from '@jest/globals';
import { acquireLock } from '../../../src/repositories/sql/acquire-lock.js';
import { JobsAt } from '../../support/jobs-at.js';
import { useRowlock } from '../../support/rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);
const prune = (limit = 100): ReturnType<typeof rowlock.engine.prune> => rowlock.engine.prune(rowlock.on, limit);
const DAY = 86_400_000;

describe('prune', () => {
  it('removes each job when its own retention is over', async () => {
    const [day, week] = [await jobs.inState('completed', { keepMs: DAY }), await jobs.inState('discarded')];
    await rowlock.moveClock(DAY + 1_000);
    expect(await prune()).toMatchObject({ jobs: 1 });
    await expect(jobs.get(day)).rejects.toThrow('0 places');
    await rowlock.moveClock(7 * DAY + 1_000);
    expect(await prune()).toMatchObject({ jobs: 1 });
    await expect(jobs.get(week)).rejects.toThrow('0 places');
  });

  it('removes unique keys whose period is over', async () => {
    const unique = { key: 'k', scope: 'period', periodMs: 60_000, onConflict: 'reject' } as const;
    await jobs.enqueue({ unique });
    expect(await prune()).toMatchObject({ keys: 0 });
    await rowlock.moveClock(60_001);
    expect(await prune()).toMatchObject({ keys: 1 });
    expect(await rowlock.query('select from $s.unique_key')).toEqual([]);
  });

  it('removes locks that have run out, unless a job waits for them', async () => {
    const take = (key: string, ttlMs: number) => rowlock.on.run(acquireLock, [key, 'me', ttlMs]);
    await take('lapsed', 1_000);
    await take('held', 60_000);
    await take('wanted', 1_000);
    const parked = await jobs.enqueue({ lockKey: 'wanted' });
    expect(await jobs.claim()).toEqual([]);
    await rowlock.moveClock(1_001);
    expect(await prune()).toMatchObject({ locks: 1 });
    expect(await rowlock.query('select key from $s.lock order by key')).toEqual([{ key: 'held' }, { key: 'wanted' }]);
    expect((await jobs.get(parked)).state).toBe('pending');
  });

  it('leaves a lock that is being taken', async () => {
    await rowlock.on.run(acquireLock, ['contended', 'one', 1_000]);
    await rowlock.moveClock(1_001);
    const another = await rowlock.begin();
    await another.on.run(acquireLock, ['contended', 'another', 1_000]);
    expect(await prune()).toMatchObject({ locks: 0 });
    await another.commit();
    expect(await prune()).toMatchObject({ locks: 0 });
    expect(await rowlock.query('select holder from $s.lock')).toEqual([{ holder: 'another' }]);
  });

  it('removes no more than asked for', async () => {
    for (let n = 0; n < 3; n++) await jobs.inState('completed');
    await rowlock.moveClock(8 * DAY);
    expect((await prune(2)).jobs).toBe(2);
    expect((await prune(2)).jobs).toBe(1);
  });

  it('F-40 leaves a job that is being redriven', async () => {
    const id = await jobs.inState('discarded');
    await rowlock.moveClock(8 * DAY);
    const redrive = await rowlock.begin();
    await rowlock.engine.redrive(redrive.on, [id]);
    expect((await prune()).jobs).toBe(0);
    await redrive.commit();
    expect((await prune()).jobs).toBe(0);
    expect((await jobs.get(id)).state).toBe('available');
  });
});
