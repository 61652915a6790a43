import { describe, expect, it } from '@jest/globals';
import { LockLostError } from '../../src/core/errors.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import { eventually } from '../support/eventually.js';
import { aborted, makeGate } from '../support/gate.js';
import { rejectionOf } from '../support/rejection.js';
import { useRowlock } from '../support/rowlock.js';

const rowlock = useRowlock();
const KEY = 'invoice:1';
const rows = (): Promise<readonly Record<string, unknown>[]> => rowlock.query('select * from $s.lock');
const expiry = async (): Promise<number> => (await rowlock.value<Date>('select expires_at from $s.lock')).getTime();

describe('withLock', () => {
  it('keeps everybody else out while it works, and shows who holds what', async () => {
    const [{ locks }, other] = [await rowlock.application(), await rowlock.application()];
    const answer = await locks.withLock(KEY, {}, async (lock) => {
      expect(await rows()).toMatchObject([{ key: KEY, token: String(lock.token), holder: expect.stringContaining(`pid ${process.pid}`) }]); // prettier-ignore
      const error = await rejectionOf(other.locks.withLock(KEY, {}, () => Promise.resolve()));
      expect(error).toMatchObject({ code: 'LOCK_UNAVAILABLE', message: expect.stringContaining(`pid ${process.pid}`) });
      return other.locks.withLock('another', {}, () => Promise.resolve('free'));
    });
    expect(answer).toBe('free');
    expect(await rows()).toEqual([]);
  });

  it('is given up when the work fails, whose error is passed on', async () => {
    const { locks } = await rowlock.application();
    await expect(locks.withLock(KEY, {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await rows()).toEqual([]);
  });

  it('waits as long as it may, one holder after the other, with rising tokens', async () => {
    const { locks } = await rowlock.application();
    let inside = 0;
    const tokens: bigint[] = [];
    const work = Array.from({ length: 8 }, () =>
      locks.withLock(KEY, { wait: '20s' }, async (lock) => {
        expect(++inside).toBe(1);
        await lock.confirm();
        tokens.push(lock.token);
        inside--;
      }),
    );
    await Promise.all(work);
    expect(tokens).toHaveLength(8);
    expect(tokens).toEqual(tokens.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(new Set(tokens).size).toBe(8);
  });

  it('has a token larger than all that were drawn while it waited for the key to become free', async () => {
    const { locks } = await rowlock.application();
    let late: Promise<bigint> | undefined;
    let drawn = 0n;
    await locks
      .withLock(KEY, {}, async () => {
        const giver = await rowlock.begin();
        await giver.manager.query(`delete from ${rowlock.schema}.lock`);
        late = locks.withLock(KEY, {}, ({ token }) => Promise.resolve(token));
        await rowlock.blocked();
        drawn = BigInt(await rowlock.value<string>(`select nextval('$s.fencing_token')`));
        await giver.commit();
        expect(await late).toBeGreaterThan(drawn);
      })
      .catch(() => undefined); // its own lock was taken away
    expect(drawn).toBeGreaterThan(0n);
    expect(await late).toBeGreaterThan(drawn);
  });

  it('is renewed while held', async () => {
    const { locks } = await rowlock.application();
    await locks.withLock(KEY, { ttl: '600ms' }, async (lock) => {
      const first = await expiry();
      await eventually('it was renewed beyond its first time', async () => (await expiry()) > first + 600);
      lock.assertHeld();
    });
  });

  it.each([
    ['', {}],
    ['a\0b', {}],
    ['k'.repeat(1_001), {}],
    [KEY, { ttl: '50ms' }],
    [KEY, { ttl: '30d' }],
  ] as const)('refuses %j with %j', async (key, options) => {
    const { locks } = await rowlock.application();
    const error = await rejectionOf(locks.withLock(key, options, () => Promise.resolve()));
    expect(error).toMatchObject({ code: 'OPTION_INVALID' });
  });
});

describe('a lock that is lost', () => {
  it('aborts its signal, and fails though the work returned', async () => {
    const { locks } = await rowlock.application();
    const error = await rejectionOf(
      locks.withLock(KEY, { ttl: '300ms' }, async (lock) => {
        await rowlock.query('delete from $s.lock');
        expect(await aborted(lock.signal)).toBeInstanceOf(LockLostError);
        expect(() => lock.assertHeld()).toThrow(LockLostError);
      }),
    );
    expect(error).toMatchObject({ code: 'LOCK_LOST' });
  });

  it('fails the work that did not notice', async () => {
    const { locks } = await rowlock.application();
    const error = await rejectionOf(locks.withLock(KEY, {}, () => rowlock.query('delete from $s.lock')));
    expect(error).toMatchObject({ code: 'LOCK_LOST' });
  });

  it('F-37 goes to the next holder, under a larger token, and is not released by the old one', async () => {
    const [{ locks }, other] = [await rowlock.application(), await rowlock.application()];
    const old = makeGate();
    const late = makeGate();
    const losing = rejectionOf(
      locks.withLock(KEY, { ttl: '30s' }, async (lock) => {
        await rowlock.moveClock(31_000);
        await other.locks.withLock(KEY, { ttl: '30s' }, async (next) => {
          expect(next.token).toBeGreaterThan(lock.token);
          old.open();
          await late.opened;
          next.assertHeld();
          await next.confirm();
        });
        throw new Error('the next holder is done before this one is told');
      }),
    );
    await old.opened;
    const held = await rows();
    expect(held).toHaveLength(1);
    late.open();
    expect((await losing).message).toContain('the next holder');
    expect(await rows()).toEqual([]);
  });

  it('does not touch the row of the next holder when the old one ends first', async () => {
    const [{ locks }, other] = [await rowlock.application(), await rowlock.application()];
    const taken = makeGate();
    const end = makeGate();
    const holders: Promise<unknown>[] = [];
    const losing = rejectionOf(
      locks.withLock(KEY, { ttl: '30s' }, async () => {
        await rowlock.moveClock(31_000);
        holders.push(other.locks.withLock(KEY, { ttl: '30s' }, () => (taken.open(), end.opened)));
        await taken.opened;
      }),
    );
    expect(await losing).toMatchObject({ code: 'LOCK_LOST' });
    expect(await rows()).toHaveLength(1);
    end.open();
    await Promise.all(holders);
    expect(await rows()).toEqual([]);
  });

  it('is told in time when the database does not answer', async () => {
    const { locks } = await rowlock.application();
    const losing = locks.withLock(KEY, { ttl: '400ms' }, async (lock) => {
      const open = await rowlock.begin();
      await open.manager.query(`select from ${rowlock.schema}.lock for update`);
      expect(await aborted(lock.signal)).toBeInstanceOf(LockLostError);
      await open.rollback();
    });
    expect(await rejectionOf(losing)).toMatchObject({ code: 'LOCK_LOST' });
  });

  it('is kept over a broken connection', async () => {
    const { locks, dataSource } = await rowlock.application();
    await locks.withLock(KEY, { ttl: '5s' }, async (lock) => {
      const first = await expiry();
      await rowlock.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()`,
        [rowlock.schema],
      );
      await eventually('it was renewed', async () => (await expiry()) > first);
      await dataSource.query('select 1');
      lock.assertHeld();
    });
  });
});

describe('jobs with @Lock', () => {
  const started: string[] = [];
  const gates = new Map<string, ReturnType<typeof makeGate>>();
  const locked = defineHandler({
    name: 'locked',
    payload: NoPayload,
    lock: () => KEY,
    handle: async (_, job) => {
      started.push(job.id);
      await gates.get(job.id)?.opened;
    },
  });

  it('wait for `withLock` without an attempt, and get the key at once when it is free', async () => {
    const { jobs, locks } = await rowlock.application({ handlers: [locked] });
    const [first, second] = await locks.withLock(KEY, {}, async () => {
      const handles = await jobs.enqueueMany(locked, [{}, {}]);
      for (const handle of handles)
        await eventually('it is parked', async () => (await handle.details()).state === 'pending');
      expect((await handles[0]?.details())?.attempt).toBe(0);
      return handles;
    });
    await first?.result({ timeout: '10s' });
    await second?.result({ timeout: '10s' });
    expect(started).toEqual([first?.id, second?.id]);
  });

  it('keep `withLock` waiting while they run', async () => {
    const { jobs, locks } = await rowlock.application({ handlers: [locked] });
    const id = '01a00000-0000-7000-8000-000000000001';
    const gate = makeGate();
    gates.set(id, gate);
    const handle = await jobs.enqueue(locked, {}, { id });
    await eventually('it runs', () => started.includes(id));
    const error = await rejectionOf(locks.withLock(KEY, {}, () => Promise.resolve()));
    expect(error).toMatchObject({ code: 'LOCK_UNAVAILABLE', message: expect.stringContaining(id) });
    const waiting = locks.withLock(KEY, { wait: '20s' }, async () => (await handle.details()).state);
    gate.open();
    expect(await waiting).toBe('completed');
  });

  it('get a key whose holder died, by the sweep', async () => {
    await rowlock.query(
      `insert into $s.lock (key, holder, token, acquired_at, expires_at) values ($1, 'dead', 1, now(), now() + interval '1 hour')`,
      [KEY],
    );
    const { jobs } = await rowlock.application({ handlers: [locked] });
    const handle = await jobs.enqueue(locked, {});
    await eventually('it is parked', async () => (await handle.details()).state === 'pending');
    await rowlock.query('update $s.lock set expires_at = now() where key = $1', [KEY]);
    await handle.result({ timeout: '10s' });
  });
});
