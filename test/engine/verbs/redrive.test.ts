import { describe, expect, it } from '@jest/globals';
import type { NewJob } from '../../../src/engine/new-job.js';
import { JobsAt, newJob } from '../../support/jobs-at.js';
import { useRowlock } from '../../support/rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);
const redrive = (...ids: string[]): Promise<readonly string[]> => rowlock.engine.redrive(rowlock.on, ids);
const unique = { key: 'k', scope: 'unfinished', periodMs: null, onConflict: 'reject' } as const;
const keyHolders = (): Promise<readonly { job_id: string }[]> => rowlock.query('select job_id from $s.unique_key');
const dead = (overrides: Partial<NewJob> = {}): Promise<string> => jobs.inState('discarded', overrides);

describe('redrive', () => {
  it('brings a job back with fresh attempts, its errors, and where it came from', async () => {
    const id = await dead({ payload: '{"a":1}', tags: ['kept'], priority: 1 });
    const before = await jobs.get(id);
    expect(await redrive(id)).toEqual([id]);
    const after = await jobs.get(id);
    expect(after).toMatchObject({
      state: 'available', attempt: 0, token: null, worker_id: null, errors: before.errors, payload: { a: 1 },
      created_at: before['created_at'], tags: ['kept'], priority: 1, progress: null,
      meta: { redriven: 1, redrivenFrom: 'discarded' },
    }); // prettier-ignore
    expect(Number(after.seq)).toBeGreaterThan(Number(before.seq));
  });

  it('counts how often', async () => {
    const id = await jobs.inState('completed');
    await redrive(id);
    await rowlock.engine.requestCancel(rowlock.on, [id], 'not wanted');
    await redrive(id);
    expect((await jobs.get(id))['meta']).toMatchObject({ redriven: 2, redrivenFrom: 'cancelled' });
  });

  it('leaves the steps of a run, which only their run may repeat', async () => {
    const step = { id: newJob().id, pipeline: 'ingest@1', step: 'page', item: null };
    const id = await jobs.enqueue({ run: step });
    await rowlock.engine.requestCancel(rowlock.on, [id], 'not wanted');
    expect(await redrive(id)).toEqual([]);
  });

  it('takes its unique key again', async () => {
    const id = await dead({ unique });
    expect(await redrive(id)).toEqual([id]);
    expect(await keyHolders()).toEqual([{ job_id: id }]);
  });

  it('F-38 leaves a job whose unique key another has taken, and brings back the others', async () => {
    const [first, other] = [await dead({ unique }), await dead()];
    const holder = await jobs.enqueue({ unique });
    expect(await redrive(first, other)).toEqual([other]);
    expect((await jobs.get(first)).state).toBe('discarded');
    expect(await keyHolders()).toEqual([{ job_id: holder }]);
  });

  it('brings back one of several with the same unique key, the one that was created last', async () => {
    const ids = [await dead({ unique }), await dead({ unique }), await dead({ unique })];
    const other = await dead();
    expect((await redrive(...ids, other)).toSorted()).toEqual([ids[2], other].toSorted());
    expect(await keyHolders()).toEqual([{ job_id: ids[2] }]);
  });

  it('keeps the key of a period that is not over, and takes one that is', async () => {
    const period = { ...unique, scope: 'period', periodMs: 60_000 } as const;
    const own = await dead({ unique: period });
    expect(await redrive(own)).toEqual([own]);
    await rowlock.engine.requestCancel(rowlock.on, [own], 'not wanted');
    await rowlock.moveClock(61_000);
    const next = await dead({ unique: period });
    expect(await redrive(own)).toEqual([]);
    await rowlock.moveClock(130_000);
    expect(await redrive(own)).toEqual([own]);
    expect((await jobs.get(next)).state).toBe('discarded');
  });

  it('waits for a producer who is taking its unique key, and leaves the job if that commits', async () => {
    const id = await dead({ unique });
    const producer = await rowlock.begin();
    await jobs.enqueue({ unique }, producer.on);
    const redriven = redrive(id);
    await rowlock.blocked();
    await producer.commit();
    expect(await redriven).toEqual([]);
    expect((await jobs.get(id)).state).toBe('discarded');
  });

  it('takes the key if that producer is rolled back', async () => {
    const id = await dead({ unique });
    const producer = await rowlock.begin();
    await jobs.enqueue({ unique }, producer.on);
    const redriven = redrive(id);
    await rowlock.blocked();
    await producer.rollback();
    expect(await redriven).toEqual([id]);
  });

  it('brings a job back once when two ask at once', async () => {
    const ids = [await dead(), await dead(), await dead()];
    const [first, second] = await Promise.all([redrive(...ids), redrive(...ids.toReversed())]);
    expect([...(first ?? []), ...(second ?? [])].toSorted()).toEqual(ids.toSorted());
  });
});
