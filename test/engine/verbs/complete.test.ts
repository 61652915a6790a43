import { describe, expect, it } from '@jest/globals';
import type { Attempt } from '../../../src/engine/attempt.js';
import { ending, JobsAt } from '../../support/jobs-at.js';
import { useRowlock } from '../../support/rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);
const complete = (attempts: readonly Attempt[], on = rowlock.on): ReturnType<typeof rowlock.engine.complete> =>
  rowlock.engine.complete(
    on,
    attempts.map((attempt, n) => ending(attempt, { verb: 'complete', result: JSON.stringify({ n }) })),
  );

describe('complete', () => {
  it('stores each result with its own job, whatever the order of the batch', async () => {
    for (let n = 0; n < 50; n++) await jobs.enqueue();
    const attempts = (await jobs.claim()).reverse();
    expect(await complete(attempts)).toHaveLength(50);
    for (const [n, { id }] of attempts.entries()) expect((await jobs.get(id))['result']).toEqual({ n });
  });

  it('keeps what is known of the job, and says which claim finished it', async () => {
    const attempt = await jobs.running({ tags: ['nightly', 'a "quoted" {tag}'], priority: 2, payload: '{"a":1}' });
    const before = await jobs.get(attempt.id);
    await complete([attempt]);
    const after = await jobs.get(attempt.id);
    const kept = ({ seq, name, queue, priority, payload, tags, attempt, token, worker_id, created_at }: typeof before) =>
      ({ seq, name, queue, priority, payload, tags, attempt, token, worker_id, created_at }); // prettier-ignore
    expect(kept(after)).toEqual(kept(before));
    expect(after['tags']).toEqual(['nightly', 'a "quoted" {tag}']);
    expect(after['finished_at']).not.toBeNull();
  });

  it('keeps the job for a week, or for as long as it asks', async () => {
    const days = (id: string): Promise<number> =>
      rowlock.value(`select extract(epoch from prune_at - finished_at)::float8 / 86400 from $s.job_history where id = $1`, [id]); // prettier-ignore
    const [plain, kept] = [await jobs.running(), await jobs.running({ keepMs: 86_400_000 })];
    await complete([plain, kept]);
    expect([await days(plain.id), await days(kept.id)]).toEqual([7, 1]);
  });

  it('frees the unique key, but not that of a period', async () => {
    const unique = { periodMs: null, onConflict: 'reject' } as const;
    const first = await jobs.running({ unique: { ...unique, key: 'unfinished', scope: 'unfinished' } });
    const second = await jobs.running({ unique: { ...unique, key: 'period', scope: 'period', periodMs: 60_000 } });
    await complete([first, second]);
    expect(await rowlock.query('select key from $s.unique_key')).toEqual([{ key: 'period' }]);
  });

  it('accepts of a batch what is still held, and says so', async () => {
    const [held, lost] = [await jobs.running(), await jobs.running()];
    const accepted = await complete([jobs.stale(lost), held]);
    expect(accepted.map(({ attempt }) => attempt)).toEqual([held]);
    expect((await jobs.get(lost.id)).state).toBe('running');
  });

  it('judges two claims of one job in one batch by the newer', async () => {
    const newer = await jobs.running();
    const accepted = await complete([newer, jobs.stale(newer)]);
    expect(accepted.map(({ attempt }) => attempt)).toEqual([newer]);
  });

  it('wins over a cancel that was only requested', async () => {
    const attempt = await jobs.running();
    await rowlock.engine.requestCancel(rowlock.on, [attempt.id], 'not wanted');
    expect(await complete([attempt])).toHaveLength(1);
    expect((await jobs.get(attempt.id)).state).toBe('completed');
  });

  it('F-39 makes a cancel wait, which then finds nothing to cancel', async () => {
    const attempt = await jobs.running();
    const finish = await rowlock.begin();
    await complete([attempt], finish.on);
    const cancel = rowlock.engine.requestCancel(rowlock.on, [attempt.id], 'not wanted');
    await rowlock.blocked();
    await finish.commit();
    expect(await cancel).toEqual([]);
    expect((await jobs.get(attempt.id)).state).toBe('completed');
  });

  it('leaves the job running if its transaction is rolled back', async () => {
    const attempt = await jobs.running();
    const finish = await rowlock.begin();
    await complete([attempt], finish.on);
    await finish.rollback();
    expect((await jobs.get(attempt.id)).state).toBe('running');
    expect(await complete([attempt])).toHaveLength(1);
  });
});
