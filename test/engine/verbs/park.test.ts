import { describe, expect, it } from '@jest/globals';
import { acquireLock } from '../../../src/repositories/sql/acquire-lock.js';
import { ending, JobsAt } from '../../support/jobs-at.js';
import { useRowlock } from '../../support/rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);
const lockKey = 'page:1';
const ids = (attempts: readonly { readonly id: string }[]): string[] => attempts.map(({ id }) => id);
const holder = (): Promise<string | null> => rowlock.value('select job_id from $s.lock where key = $1', [lockKey]);
const states = (...of: string[]): Promise<string[]> =>
  Promise.all(of.map(async (id) => (await jobs.get(id)).state as string));

describe('a claim of jobs with one lock key', () => {
  it('takes the first, and parks the others without counting an attempt', async () => {
    const [first, second, third] = [await jobs.enqueue({ lockKey }), await jobs.enqueue({ lockKey }), await jobs.enqueue({ lockKey })]; // prettier-ignore
    const before = await jobs.get(second);
    expect(ids(await jobs.claim())).toEqual([first]);
    expect(await states(second, third)).toEqual(['pending', 'pending']);
    expect(await jobs.get(second)).toMatchObject({ attempt: 0, seq: before.seq, token: null });
    expect(await holder()).toBe(first);
  });

  it('says how many it parked, also when it takes none', async () => {
    await jobs.running({ lockKey });
    await jobs.enqueue({ lockKey });
    const { engine, on } = rowlock;
    const request = {
      workerId: await jobs.worker(), workerName: 'test', names: ['greet'], pipelines: [], limit: 10, emptied: [], slackMs: 0,
      queues: [{ name: 'default', room: 10, floors: new Array<number>(10).fill(0) }], behind: { from: 0, to: 0 }, defaultTimeoutMs: 1,
    }; // prettier-ignore
    expect(await engine.claim(on, request)).toEqual({ rows: [], parked: 1 });
    await jobs.enqueue();
    expect(await engine.claim(on, request)).toMatchObject({ rows: [{ attempt: 1 }], parked: 0 });
  });

  it('blocks nobody else: jobs of other keys and of none are taken by the same claim', async () => {
    await jobs.running({ lockKey });
    const blocked = await jobs.enqueue({ lockKey });
    const others = [await jobs.enqueue({ lockKey: 'page:2' }), await jobs.enqueue()];
    expect(ids(await jobs.claim())).toEqual(others);
    expect(await states(blocked)).toEqual(['pending']);
  });

  it('gives it a token larger than all that were drawn while it waited for the key', async () => {
    const running = await jobs.running({ lockKey });
    await jobs.enqueue({ lockKey });
    const finish = await rowlock.begin();
    await rowlock.engine.complete(finish.on, [ending(running, { verb: 'complete', result: '1' })]);
    await rowlock.engine.release(finish.on, [{ id: running.id, lockKey }]);
    const claim = jobs.claim();
    await rowlock.blocked();
    const drawn = await rowlock.value<string>(`select nextval('$s.fencing_token')`);
    await finish.commit();
    const [attempt] = await claim;
    expect(BigInt(attempt?.token ?? 0)).toBeGreaterThan(BigInt(drawn));
  });

  it('takes the job that the key was passed to, though an older one of the key lies before it', async () => {
    const running = await jobs.running({ lockKey });
    const passed = await jobs.enqueue({ lockKey });
    await jobs.claim();
    await rowlock.engine.complete(rowlock.on, [ending(running, { verb: 'complete', result: '1' })]);
    await rowlock.engine.release(rowlock.on, [{ id: running.id, lockKey }]);
    const older = await jobs.enqueue({ lockKey, priority: 0 });
    expect(ids(await jobs.claim())).toEqual([passed]);
    expect(await states(older)).toEqual(['pending']);
    expect(await holder()).toBe(passed);
  });

  it('parks behind a holder of `Locks`, and takes the key once its lease has run out', async () => {
    await rowlock.on.run(acquireLock, [lockKey, 'somebody', 1_000]);
    const parked = await jobs.enqueue({ lockKey });
    expect(await jobs.claim()).toEqual([]);
    await rowlock.moveClock(1_001);
    const later = await jobs.enqueue({ lockKey });
    expect(ids(await jobs.claim())).toEqual([later]);
    expect(await states(parked)).toEqual(['pending']);
    expect(await rowlock.query('select job_id, expires_at from $s.lock')).toEqual([
      { job_id: later, expires_at: null },
    ]);
  });
});

describe('a claim while the holder of the key is finishing', () => {
  it('waits for a finish that is freeing the key, and then takes it', async () => {
    const running = await jobs.running({ lockKey });
    const waiting = await jobs.enqueue({ lockKey });
    const finish = await rowlock.begin();
    await rowlock.engine.complete(finish.on, [ending(running, { verb: 'complete', result: '1' })]);
    await rowlock.engine.release(finish.on, [{ id: running.id, lockKey }]);
    const claim = jobs.claim();
    await rowlock.blocked();
    await finish.commit();
    expect(ids(await claim)).toEqual([waiting]);
    expect(await holder()).toBe(waiting);
  });

  it('parks its job if that finish is rolled back', async () => {
    const running = await jobs.running({ lockKey });
    const waiting = await jobs.enqueue({ lockKey });
    const finish = await rowlock.begin();
    await rowlock.engine.complete(finish.on, [ending(running, { verb: 'complete', result: '1' })]);
    await rowlock.engine.release(finish.on, [{ id: running.id, lockKey }]);
    const claim = jobs.claim();
    await rowlock.blocked();
    await finish.rollback();
    expect(await claim).toEqual([]);
    expect(await states(running.id, waiting)).toEqual(['running', 'pending']);
    expect(await holder()).toBe(running.id);
  });

  it('is seen by the finish if it parked first: the key passes to what it parked', async () => {
    const running = await jobs.running({ lockKey });
    const waiting = await jobs.enqueue({ lockKey });
    const claim = await rowlock.begin();
    expect(await jobs.claim({}, claim.on)).toEqual([]);
    const finish = await rowlock.begin();
    await rowlock.engine.complete(finish.on, [ending(running, { verb: 'complete', result: '1' })]);
    const release = rowlock.engine.release(finish.on, [{ id: running.id, lockKey }]);
    await rowlock.blocked();
    await claim.commit();
    expect(await release).toHaveLength(1);
    await finish.commit();
    expect(await states(running.id, waiting)).toEqual(['completed', 'available']);
    expect(await holder()).toBe(waiting);
  });

  it('leaves the key free to be taken if it parked first and was rolled back', async () => {
    const running = await jobs.running({ lockKey });
    const waiting = await jobs.enqueue({ lockKey });
    const claim = await rowlock.begin();
    await jobs.claim({}, claim.on);
    const finish = await rowlock.begin();
    await rowlock.engine.complete(finish.on, [ending(running, { verb: 'complete', result: '1' })]);
    const release = rowlock.engine.release(finish.on, [{ id: running.id, lockKey }]);
    await rowlock.blocked();
    await claim.rollback();
    expect(await release).toEqual([]);
    await finish.commit();
    expect(ids(await jobs.claim())).toEqual([waiting]);
  });
});
