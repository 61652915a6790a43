import { describe, expect, it } from '@jest/globals';
import type { NewJob, NewUniqueKey } from '../../../src/engine/new-job.js';
import type { StatementRunner } from '../../../src/repositories/session.js';
import { ending, JobsAt, newJob } from '../../support/jobs-at.js';
import { useRowlock } from '../../support/rowlock.js';

const rowlock = useRowlock();
const jobs = new JobsAt(rowlock);
const unique: NewUniqueKey = { key: 'k', scope: 'unfinished', periodMs: null, onConflict: 'ignore' };
const keyed = (overrides: Partial<NewUniqueKey> = {}): NewJob => newJob({ unique: { ...unique, ...overrides } });
const enqueue = (batch: readonly NewJob[], on: StatementRunner = rowlock.on): Promise<ReadonlyMap<string, string>> =>
  rowlock.engine.enqueue(on, batch, false);
const count = (): Promise<number> => rowlock.value('select count(*)::int from $s.jobs');

describe('enqueue', () => {
  it('stores every setting of a job', async () => {
    const job = newJob({
      queue: 'web', priority: 0, payload: '{"a":["b",{"c":null}]}', maxAttempts: 7, timeoutMs: 1, keepMs: 2, lockKey: 'l',
      tags: ['x', 'back\\slash', 'a,b', '"{}"'], meta: { from: 'test' }, owner: 'me', tenant: 'them',
    }); // prettier-ignore
    await enqueue([job]);
    expect(await jobs.get(job.id)).toMatchObject({
      state: 'available', name: 'greet', queue: 'web', priority: 0, payload: { a: ['b', { c: null }] }, max_attempts: 7,
      timeout_ms: 1, lock_key: 'l', tags: job.tags, meta: { from: 'test' }, owner: 'me', tenant: 'them', attempt: 0,
    }); // prettier-ignore
  });

  it('keeps the order of a batch, keyed or not', async () => {
    const keys = ['m', 'z', 'a', 'k', 'b', 'y', 'c'];
    const plain = Array.from({ length: 30 }, () => newJob());
    const uniques = keys.map((key) => keyed({ key }));
    await enqueue(plain);
    await enqueue(uniques);
    expect((await jobs.claim()).map(({ id }) => id)).toEqual([...plain, ...uniques].map(({ id }) => id));
  });

  it('makes due what has no time or one that has passed, and schedules the rest', async () => {
    const batch = [
      newJob(),
      newJob({ delayMs: 0 }),
      newJob({ runAt: '2001-01-01T00:00:00Z' }),
      newJob({ delayMs: 1_000 }),
      newJob({ runAt: '2901-01-01T00:00:00Z' }),
    ];
    await enqueue(batch);
    const states = await Promise.all(batch.map(async ({ id }) => (await jobs.get(id)).state));
    expect(states).toEqual(['available', 'available', 'available', 'scheduled', 'scheduled']);
  });

  it('leaves nothing when its transaction is rolled back', async () => {
    const open = await rowlock.begin();
    await enqueue([newJob(), newJob({ delayMs: 1_000 }), keyed()], open.on);
    await open.rollback();
    expect(await count()).toBe(0);
    expect(await rowlock.query('select from $s.unique_key')).toEqual([]);
  });

  it('is seen by nobody before its transaction commits', async () => {
    const open = await rowlock.begin();
    await enqueue([newJob()], open.on);
    expect(await jobs.claim()).toEqual([]);
    await open.commit();
    expect(await jobs.claim()).toHaveLength(1);
  });
});

describe('a unique key', () => {
  it('lets the first in, and tells the second who holds it', async () => {
    const [first, second] = [keyed(), keyed()];
    expect(await enqueue([first])).toEqual(new Map());
    expect(await enqueue([second])).toEqual(new Map([[second.id, first.id]]));
    expect(await count()).toBe(1);
  });

  it('lets the first of equals in one batch in', async () => {
    const [first, second, other] = [keyed(), keyed(), keyed({ key: 'other' })];
    expect(await enqueue([first, second, other])).toEqual(new Map([[second.id, first.id]]));
    expect(await count()).toBe(2);
  });

  it('is apart for another name and another tenant', async () => {
    const other = keyed();
    await enqueue([keyed(), { ...other, name: 'other' }, { ...keyed(), tenant: 'them' }]);
    expect(await count()).toBe(3);
  });

  it('of the scope `queued` is free once the first attempt has started', async () => {
    await enqueue([keyed({ scope: 'queued' })]);
    await jobs.claim();
    expect(await enqueue([keyed({ scope: 'queued' })])).toEqual(new Map());
  });

  it('of the scope `unfinished` is free once the job is over', async () => {
    const [first, second] = [keyed(), keyed()];
    await enqueue([first]);
    const [attempt] = await jobs.claim();
    if (!attempt) throw new Error('it is claimable');
    expect(await enqueue([second])).toEqual(new Map([[second.id, first.id]]));
    await rowlock.engine.complete(rowlock.on, [ending(attempt, { verb: 'complete', result: '1' })]);
    expect(await enqueue([second])).toEqual(new Map());
  });

  it('of a period is free once that is over, whatever became of the job', async () => {
    const period = { scope: 'period', periodMs: 60_000 } as const;
    const [first, second, third] = [keyed(period), keyed(period), keyed(period)];
    await enqueue([first]);
    await rowlock.engine.requestCancel(rowlock.on, [first.id], 'not wanted');
    expect(await enqueue([second])).toEqual(new Map([[second.id, first.id]]));
    await rowlock.moveClock(60_001);
    expect(await enqueue([second])).toEqual(new Map());
    expect(await enqueue([third])).toEqual(new Map([[third.id, second.id]]));
  });

  it('makes the second of two producers wait, and tells it of the first if that commits', async () => {
    const [first, second] = [keyed(), keyed()];
    const producer = await rowlock.begin();
    await enqueue([first], producer.on);
    const late = enqueue([second]);
    await rowlock.blocked();
    await producer.commit();
    expect(await late).toEqual(new Map([[second.id, first.id]]));
  });

  it('is had by the second of two producers if the first is rolled back', async () => {
    const second = keyed();
    const producer = await rowlock.begin();
    await enqueue([keyed()], producer.on);
    const late = enqueue([second]);
    await rowlock.blocked();
    await producer.rollback();
    expect(await late).toEqual(new Map());
    expect((await jobs.get(second.id)).state).toBe('available');
  });

  it('is had by one of many producers at once', async () => {
    const holders = await Promise.all(Array.from({ length: 12 }, () => enqueue([keyed()])));
    expect(await count()).toBe(1);
    const [row] = await rowlock.query<{ id: string }>('select id from $s.jobs');
    const named = holders.flatMap((each) => [...each.values()]);
    expect(named).toEqual(Array.from({ length: 11 }, () => row?.id));
  });

  it('lets claims and finishes go on while a producer that was refused has its transaction open', async () => {
    const [running, queued] = [keyed({ key: 'running' }), keyed({ key: 'queued', scope: 'queued' })];
    await enqueue([running]);
    const [attempt] = await jobs.claim();
    if (!attempt) throw new Error('it is claimable');
    await enqueue([queued]);
    const producer = await rowlock.begin();
    expect((await enqueue([keyed({ key: 'running' }), keyed({ key: 'queued' })], producer.on)).size).toBe(2);
    await rowlock.engine.complete(rowlock.on, [ending(attempt, { verb: 'complete', result: '1' })]);
    const other = await jobs.enqueue();
    expect((await jobs.claim()).map(({ id }) => id)).toEqual([other]);
    await producer.commit();
    expect((await jobs.claim()).map(({ id }) => id)).toEqual([queued.id]);
  });

  it('keeps its job from being promoted while a producer that was refused has its transaction open', async () => {
    const first = { ...keyed(), delayMs: 1 };
    await enqueue([first]);
    await rowlock.moveClock(10);
    const producer = await rowlock.begin();
    await enqueue([keyed()], producer.on);
    expect((await rowlock.engine.promote(rowlock.on, 10)).promoted).toBe(0);
    await producer.commit();
    expect((await rowlock.engine.promote(rowlock.on, 10)).promoted).toBe(1);
  });

  it('refuses two producers at once without one waiting for the other', async () => {
    await enqueue([keyed()]);
    const [first, second] = [await rowlock.begin(), await rowlock.begin()];
    expect((await enqueue([keyed()], first.on)).size).toBe(1);
    expect((await enqueue([keyed()], second.on)).size).toBe(1);
  });

  it('goes to the second if a claim frees it while the second is looking for its holder', async () => {
    const [first, second] = [keyed({ scope: 'queued' }), keyed({ scope: 'queued' })];
    await enqueue([first]);
    const claim = await rowlock.begin();
    await jobs.claim({}, claim.on);
    const late = enqueue([second]);
    await rowlock.blocked();
    await claim.commit();
    expect(await late).toEqual(new Map());
    expect((await jobs.get(second.id)).state).toBe('available');
  });

  it('stays with its job if that claim is rolled back', async () => {
    const [first, second] = [keyed({ scope: 'queued' }), keyed({ scope: 'queued' })];
    await enqueue([first]);
    const claim = await rowlock.begin();
    await jobs.claim({}, claim.on);
    const late = enqueue([second]);
    await rowlock.blocked();
    await claim.rollback();
    expect(await late).toEqual(new Map([[second.id, first.id]]));
  });

  it('names a holder though that is in no table any more', async () => {
    await rowlock.query(
      `insert into $s.unique_key (name, key, job_id, scope) values ('greet', 'k', gen_random_uuid(), 'queued')`,
    );
    const job = keyed();
    expect([...(await enqueue([job])).keys()]).toEqual([job.id]);
  });
});
