import { describe, expect, it } from '@jest/globals';
import type { Attempt } from '../../../src/engine/attempt.js';
import { heartbeatWorker } from '../../../src/repositories/sql/heartbeat-worker.js';
import { removeDeadWorkers } from '../../../src/repositories/sql/remove-dead-workers.js';
import { reportProgress } from '../../../src/repositories/sql/report-progress.js';
import { ending, JobsAt } from '../../support/jobs-at.js';
import { useRowlock } from '../../support/rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);
const rescue = (limit = 100, on = rowlock.on): ReturnType<typeof rowlock.engine.rescue> =>
  rowlock.engine.rescue(on, limit);
const rescued = async (limit?: number): Promise<string[]> => (await rescue(limit)).map(({ id }) => id).toSorted();
const kill = (workerId: string): Promise<unknown> =>
  rowlock.query(`update $s.worker set heartbeat_at = '-infinity' where id = $1`, [workerId]);
const claimRows = (): Promise<number> => rowlock.value('select count(*)::int from $s.claim');

/** Jobs that one worker holds in one batch. */
async function batch(count: number, timeouts: readonly number[] = []): Promise<Attempt[]> {
  for (let n = 0; n < count; n++) await jobs.enqueue({ timeoutMs: timeouts[n] ?? null });
  return jobs.claim({ limit: count });
}

describe('what a dead worker held', () => {
  it('is available again at its old place, the attempt counted and its loss recorded', async () => {
    const attempt = await jobs.running();
    const before = await jobs.get(attempt.id);
    await kill(attempt.workerId);
    expect(await rescue()).toMatchObject([{ id: attempt.id, verb: 'rescue', dead: true, attempt: 1 }]);
    const job = await jobs.get(attempt.id);
    expect(job).toMatchObject({ state: 'available', attempt: 1, seq: before.seq, worker_id: null, deadline_at: null });
    expect(job.errors).toMatchObject([
      { name: 'AttemptLost', code: 'WORKER_LOST', attempt: 1, worker: attempt.workerId },
    ]);
    expect(await claimRows()).toBe(0);
  });

  it('keeps its lock key, so that nobody overtakes it', async () => {
    const lockKey = 'page:1';
    const attempt = await jobs.running({ lockKey });
    const waiting = await jobs.enqueue({ lockKey });
    await kill(attempt.workerId);
    await rescue();
    await jobs.claim();
    expect((await jobs.get(waiting)).state).toBe('pending');
    expect((await jobs.claim({ queue: attempt.row.queue })).map(({ id }) => id)).toEqual([attempt.id]);
  });

  it('F-39 ends as cancelled if its cancel was requested, and frees its unique key', async () => {
    const unique = { key: 'k', scope: 'unfinished', periodMs: null, onConflict: 'reject' } as const;
    const attempt = await jobs.running({ unique });
    await rowlock.engine.requestCancel(rowlock.on, [attempt.id], 'not wanted');
    await kill(attempt.workerId);
    expect(await rescue()).toMatchObject([{ id: attempt.id, verb: 'cancel' }]);
    expect(await jobs.get(attempt.id)).toMatchObject({ state: 'cancelled', reason: 'not wanted' });
    expect(await rowlock.query('select key from $s.unique_key')).toEqual([]);
  });

  it('is rescued batch by batch', async () => {
    const attempts = [await jobs.running(), await jobs.running(), await jobs.running()];
    for (const { workerId } of attempts) await kill(workerId);
    expect(await rescued(2)).toHaveLength(2);
    expect(await rescued(2)).toHaveLength(1);
  });

  it('leaves what others hold, and what the dead one has finished', async () => {
    const [done, held] = await batch(2);
    const other = await jobs.running();
    if (!done || !held) throw new Error('both are claimed');
    await rowlock.engine.complete(rowlock.on, [ending(done, { verb: 'complete', result: '1' })]);
    await kill(done.workerId);
    expect(await rescued()).toEqual([held.id]);
    expect((await jobs.get(other.id)).state).toBe('running');
  });
});

describe('an attempt past its deadline, whose worker lives', () => {
  it('F-20 is taken from it, and the rest of the batch is not', async () => {
    const [hung, quick] = await batch(2, [1_000, 5_000]);
    await rowlock.moveClock(1_001);
    expect(await rescue()).toMatchObject([{ id: hung?.id, dead: false }]);
    expect((await jobs.get(hung?.id ?? '')).errors).toMatchObject([{ code: 'DEADLINE_PASSED' }]);
    expect((await jobs.get(quick?.id ?? '')).state).toBe('running');
    await rowlock.moveClock(5_001);
    expect(await rescued()).toEqual([quick?.id]);
  });
});

describe('a rescue and somebody else at once', () => {
  it('leaves a job to the finish that has it, and takes it later if that is rolled back', async () => {
    const attempts = await batch(2);
    const [finishing, other] = attempts as [Attempt, Attempt];
    const finish = await rowlock.begin();
    await rowlock.engine.complete(finish.on, [ending(finishing, { verb: 'complete', result: '1' })]);
    await kill(finishing.workerId);
    expect(await rescued()).toEqual([other.id]);
    await finish.rollback();
    expect(await rescued()).toEqual([finishing.id]);
    expect(await claimRows()).toBe(0);
  });

  it('comes back to a job past its deadline that somebody held at that moment', async () => {
    const [hung, quick] = (await batch(2, [1_000, 60_000])) as [Attempt, Attempt];
    await rowlock.moveClock(1_001);
    const progress = await rowlock.begin();
    await progress.on.run(reportProgress, [[hung.id], [hung.token], [0.5], [null]]);
    expect(await rescued()).toEqual([]);
    await progress.commit();
    expect(await rescued()).toEqual([hung.id]);
    expect((await jobs.get(quick.id)).state).toBe('running');
  });

  it('gives a finish that comes later nothing', async () => {
    const attempt = await jobs.running();
    await kill(attempt.workerId);
    const open = await rowlock.begin();
    await rescue(10, open.on);
    const finish = rowlock.engine.complete(rowlock.on, [ending(attempt, { verb: 'complete', result: '1' })]);
    await rowlock.blocked();
    await open.commit();
    expect(await finish).toEqual([]);
    const [again] = await jobs.claim({ queue: attempt.row.queue });
    expect(again?.id).toBe(attempt.id);
    expect(BigInt(again?.token ?? 0)).toBeGreaterThan(BigInt(attempt.token));
    expect(
      await rowlock.engine.complete(rowlock.on, [ending(attempt, { verb: 'complete', result: '"late"' })]),
    ).toEqual([]);
    expect(await jobs.get(attempt.id)).toMatchObject({ state: 'running', token: again?.token });
  });

  it('spares a worker whose heartbeat is under way', async () => {
    const workerId = await jobs.worker(1_000);
    const attempt = await jobs.running({}, { workerId });
    const heartbeat = await rowlock.begin();
    await heartbeat.on.run(heartbeatWorker, [workerId, 0, false]);
    await rowlock.moveClock(1_001);
    expect(await rescued()).toEqual([]);
    await heartbeat.commit();
    expect((await jobs.get(attempt.id)).state).toBe('running');
  });

  it('frees each job once when two leaders rescue at once', async () => {
    const attempts = [...(await batch(20)), ...(await batch(0))];
    for (const { workerId } of attempts) await kill(workerId);
    const results = await Promise.all([rescue(), rescue(), rescue()]);
    expect(results.flat().map(({ id }) => id).toSorted()).toEqual(attempts.map(({ id }) => id).toSorted()); // prettier-ignore
  });

  it('finds a claim that was committed after its worker was taken for dead', async () => {
    const id = await jobs.enqueue();
    const workerId = await jobs.worker(1_000);
    const claim = await rowlock.begin();
    await jobs.claim({ workerId }, claim.on);
    await kill(workerId).catch(() => undefined);
    expect(await rescued()).toEqual([]);
    expect(await rowlock.on.run(removeDeadWorkers, [])).toEqual([]);
    await claim.commit();
    expect(await rescued()).toEqual([id]);
    expect(await rowlock.on.run(removeDeadWorkers, [])).toMatchObject([{ id: workerId }]);
  });
});
