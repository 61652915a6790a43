import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { IsInt, IsString } from 'class-validator';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import type { Jobs } from '../../src/client/jobs.js';
import type { RowlockError } from '../../src/core/errors.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { rejectionOf } from '../support/rejection.js';
import { useRowlock } from '../support/rowlock.js';

class Greeting {
  @IsString() name!: string;
}

class Point {
  @IsInt() x!: number;
}

const greet = defineHandler({ name: 'greet', payload: Greeting, handle: ({ name }) => `hello ${name}` });
const strict = defineHandler({
  name: 'strict', payload: Point, queue: 'exact', priority: 2, timeout: '7s', keep: '3d', retry: { attempts: 9 }, handle: () => 1,
}); // prettier-ignore

const rowlock = useRowlock();
const client = async (): Promise<Jobs> => (await rowlock.application()).jobs;
const count = (): Promise<number> => rowlock.value('select count(*)::int from $s.jobs');
const codeOf = async (promise: Promise<unknown>): Promise<string> =>
  ((await rejectionOf(promise)) as RowlockError).code;

describe('enqueue', () => {
  it('stores what the class says, and what the caller says instead', async () => {
    const jobs = await client();
    const plain = await (await jobs.enqueue(strict, { x: 1 })).details();
    expect(plain).toMatchObject({ name: 'strict', queue: 'exact', priority: 2, maxAttempts: 9, payload: { x: 1 } });
    expect(await rowlock.query('select timeout_ms, keep_ms::int from $s.job')).toEqual([
      { timeout_ms: 7_000, keep_ms: 259_200_000 },
    ]);
    const { id } = await jobs.enqueue(
      strict,
      { x: 1 },
      { queue: 'other', priority: 0, attempts: 1, timeout: '1s', keep: '1h', tags: ['a', 'b'] },
    );
    expect(await jobs.get(id)).toMatchObject({ queue: 'other', priority: 0, maxAttempts: 1, tags: ['a', 'b'] });
    expect(await rowlock.query('select timeout_ms, keep_ms::int from $s.job where id = $1', [id])).toEqual([
      { timeout_ms: 1_000, keep_ms: 3_600_000 },
    ]);
  });

  it('schedules by a delay or a moment, by the clock of the database', async () => {
    const jobs = await client();
    await rowlock.moveClock(86_400_000);
    const delayed = await (await jobs.enqueue(greet, { name: 'a' }, { delay: '1h' })).details();
    expect(delayed.state).toBe('scheduled');
    expect((delayed.runAt?.getTime() ?? 0) - delayed.createdAt.getTime()).toBe(3_600_000);
    const past = new Date(Date.now() + 3_600_000); // by the clock of the database, yesterday
    expect((await (await jobs.enqueue(greet, { name: 'a' }, { runAt: past })).details()).state).toBe('available');
    const moment = new Date(Date.now() + 2 * 86_400_000);
    expect((await (await jobs.enqueue(greet, { name: 'a' }, { runAt: moment })).details()).runAt).toEqual(moment);
  });

  it('refuses a bad payload, naming the field, and adds nothing', async () => {
    const jobs = await client();
    const error = await rejectionOf(jobs.enqueueMany(greet, [{ name: 'a' }, { name: 1 } as never]));
    expect(error).toMatchObject({ code: 'PAYLOAD_INVALID', issues: [{ path: 'name' }] });
    expect(await count()).toBe(0);
  });

  it.each([
    ['queue', { queue: 'No Queue' }],
    ['priority', { priority: 10 }],
    ['attempts', { attempts: 0 }],
    ['tags', { tags: ['\0'] }],
    ['tags', { tags: Array.from({ length: 21 }, String) }],
    ['delay', { delay: '367d' }],
    ['runAt', { runAt: new Date(Number.NaN) }],
    ['runAt', { runAt: new Date(8.64e15) }],
    ['runAt', { runAt: new Date(), delay: '1s' }],
    ['timeout', { timeout: '30d' }],
    ['timeout', { timeout: '0s' }],
    ['keep', { keep: '1000000w' }],
    ['id', { id: 'mine' }],
    ['unique', { unique: { key: '' } }],
    ['unique', { unique: { key: 'a\0b' } }],
    ['unique', { unique: { key: 'k', for: '1000000w' } }],
  ] as const)('refuses an impossible option %s, and adds nothing: %j', async (option, options) => {
    const jobs = await client();
    const error = await rejectionOf(jobs.enqueue(greet, { name: 'a' }, options as object));
    expect(error).toMatchObject({ code: 'OPTION_INVALID', message: expect.stringContaining(option) });
    expect(error.message).toContain('Job "greet"');
    expect(await count()).toBe(0);
  });

  it('shortens a unique key that is too long for an index, as those of classes', async () => {
    const jobs = await client();
    const key = randomBytes(2_500).toString('hex');
    const first = await jobs.enqueue(greet, { name: 'a' }, { unique: { key } });
    expect((await jobs.enqueue(greet, { name: 'a' }, { unique: { key } })).id).toBe(first.id);
    expect((await jobs.enqueue(greet, { name: 'a' }, { unique: { key: `${key}!` } })).id).not.toBe(first.id);
  });
});

describe('an id of the caller', () => {
  it('F-5 is taken over, and makes an enqueue that is repeated after a lost answer add nothing', async () => {
    const jobs = await client();
    const id = uuid();
    const first = await jobs.enqueue(greet, { name: 'a' }, { id });
    expect(first).toMatchObject({ id, existing: false });
    expect(await jobs.enqueue(greet, { name: 'a' }, { id })).toMatchObject({ id, existing: true });
    expect(await count()).toBe(1);
  });

  it('is known in every state of its job', async () => {
    const jobs = await client();
    for (const delay of [{}, { delay: '1h' }] as const) {
      const id = uuid();
      await jobs.enqueue(greet, { name: 'a' }, { id, ...delay });
      expect((await jobs.enqueue(greet, { name: 'a' }, { id })).existing).toBe(true);
      await jobs.cancel(id);
      expect((await jobs.enqueue(greet, { name: 'a' }, { id })).existing).toBe(true);
      expect((await jobs.get(id))?.state).toBe('cancelled');
    }
    expect(await count()).toBe(2);
  });

  it('lets one of two in who use it at once', async () => {
    const jobs = await client();
    const id = uuid();
    const handles = await Promise.all([1, 2, 3].map(() => jobs.enqueue(greet, { name: 'a' }, { id })));
    expect(handles.map(({ existing }) => existing).toSorted()).toEqual([false, true, true]);
    expect(await count()).toBe(1);
  });

  it('may be written in capitals', async () => {
    const jobs = await client();
    const id = uuid();
    const handle = await jobs.enqueue(greet, { name: 'a' }, { id: id.toUpperCase() });
    expect(handle.id).toBe(id);
  });
});

describe('in a transaction of the caller', () => {
  it("commits and rolls back with TypeORM's", async () => {
    const { jobs, dataSource } = await rowlock.application();
    const enqueue = (fail: boolean): Promise<string> =>
      dataSource.transaction(async (manager) => {
        const { id } = await jobs.enqueue(greet, { name: 'a' }, { manager });
        expect(await jobs.get(id)).toBeNull();
        if (fail) throw new Error('on second thoughts');
        return id;
      });
    await expect(enqueue(true)).rejects.toThrow('on second thoughts');
    expect(await count()).toBe(0);
    expect((await jobs.get(await enqueue(false)))?.state).toBe('available');
  });

  it('commits and rolls back with that of a bare client', async () => {
    const jobs = await client();
    const executor = new pg.Client({ connectionString: rowlock.applicationUrl });
    await executor.connect();
    try {
      await executor.query('begin');
      const lost = await jobs.enqueueMany(greet, [{ name: 'a' }, { name: 'b' }], { executor });
      await executor.query('rollback');
      expect(await jobs.get(lost[0]?.id ?? '')).toBeNull();
      await executor.query('begin');
      const [first] = await jobs.enqueueMany(greet, [{ name: 'a' }, { name: 'b' }], { executor, delay: '1h' });
      await executor.query('commit');
      expect((await jobs.get(first?.id ?? ''))?.state).toBe('scheduled');
    } finally {
      await executor.end();
    }
  });

  it('is one or the other', async () => {
    const { jobs, dataSource } = await rowlock.application();
    const both = { manager: dataSource.manager, executor: { query: () => Promise.resolve([]) } };
    expect(await codeOf(jobs.enqueue(greet, { name: 'a' }, both))).toBe('OPTION_INVALID');
  });
});

describe('enqueueMany', () => {
  it('adds ten thousand, in their order', async () => {
    const jobs = await client();
    const payloads = Array.from({ length: 10_000 }, (_, n) => ({ name: `n${n}` }));
    const handles = await jobs.enqueueMany(greet, payloads);
    const rows = await rowlock.query<{ id: string; name: string }>(
      `select id, payload ->> 'name' as name from $s.job order by seq`,
    );
    expect(rows.map(({ name }) => name)).toEqual(payloads.map(({ name }) => name));
    expect(rows.map(({ id }) => id)).toEqual(handles.map(({ id }) => id));
  });

  it('adds all or none: one that the database refuses takes the others with it', async () => {
    const jobs = await client();
    await rowlock.query(`alter table $s.job add constraint test check (payload ->> 'name' <> 'n9999')`);
    try {
      const payloads = Array.from({ length: 10_000 }, (_, n) => ({ name: `n${n}` }));
      await expect(jobs.enqueueMany(greet, payloads)).rejects.toThrow('test');
      expect(await count()).toBe(0);
    } finally {
      await rowlock.query('alter table $s.job drop constraint test');
    }
  });

  it('adds none if one of the last is not valid', async () => {
    const payloads = Array.from({ length: 1_000 }, (_, n) => ({ name: n === 999 ? (n as never) : `n${n}` }));
    expect(await codeOf((await client()).enqueueMany(greet, payloads))).toBe('PAYLOAD_INVALID');
    expect(await count()).toBe(0);
  });

  it("adds none to the caller's transaction then, which can go on", async () => {
    const { jobs, dataSource } = await rowlock.application({ handlers: [greet], work: false });
    const payloads = Array.from({ length: 1_000 }, (_, n) => ({ name: n === 999 ? (n as never) : `n${n}` }));
    await dataSource.transaction(async (manager) => {
      await rejectionOf(jobs.enqueueMany(greet, payloads, { manager }));
      await jobs.enqueue(greet, { name: 'a' }, { manager });
    });
    expect(await count()).toBe(1);
  });

  it('adds nothing for no payloads', async () => {
    expect(await (await client()).enqueueMany(greet, [])).toEqual([]);
  });
});

describe('by the name of a job', () => {
  it('takes the settings that a worker has registered, without its class', async () => {
    const locked = defineHandler({
      name: 'locked', payload: Greeting, queue: 'far', lock: 'l:{name}', unique: { key: 'u:{name}' }, handle: () => 1,
    }); // prettier-ignore
    await rowlock.application({ handlers: [locked], worker: { queues: {} } });
    const jobs = await client();
    const handle = await jobs.enqueue<InstanceType<typeof locked>>('locked', { name: 'a' });
    expect(await handle.details()).toMatchObject({ queue: 'far', lockKey: 'l:a', uniqueKey: 'u:a' });
    expect(await jobs.enqueue('locked', { name: 'a' })).toMatchObject({ id: handle.id, existing: true });
  });

  it('gives keys the length that an index bears', async () => {
    const locked = defineHandler({ name: 'locked', payload: Greeting, lock: 'l:{name}', handle: () => 1 });
    await rowlock.application({ handlers: [locked], worker: { queues: {} } });
    const name = randomBytes(2_500).toString('hex');
    const byName = await (await client()).enqueue('locked', { name });
    const byClass = await (await client()).enqueue(locked, { name });
    const { lockKey } = await byName.details();
    expect(lockKey).toBe((await byClass.details()).lockKey);
    expect(Buffer.byteLength(lockKey ?? '')).toBeLessThanOrEqual(1_000);
  });

  it('fails for a name that nobody has registered, saying which are known here', async () => {
    const { jobs } = await rowlock.application({ handlers: [greet], work: false });
    const error = await rejectionOf(jobs.enqueue('gret', {}));
    expect(error).toMatchObject({ code: 'HANDLER_NOT_FOUND', message: expect.stringContaining('"greet"') });
  });

  it('fails for a type whose keys only its class can compute', async () => {
    const computed = defineHandler({ name: 'computed', payload: Greeting, lock: ({ name }) => name, handle: () => 1 });
    await rowlock.application({ handlers: [computed], worker: { queues: {} } });
    expect(await codeOf((await client()).enqueue('computed', { name: 'a' }))).toBe('PAYLOAD_INVALID');
    expect(await codeOf((await client()).enqueue('computed', [] as never))).toBe('PAYLOAD_INVALID');
  });
});
