import { describe, expect, it } from '@jest/globals';
import { IsOptional, IsString } from 'class-validator';
import type { EnqueueOptions } from '../../src/client/enqueue-options.js';
import type { JobDetails } from '../../src/client/job-details.js';
import type { JobHandle } from '../../src/client/job-handle.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { JobsAt } from '../support/jobs-at.js';
import { rejectionOf } from '../support/rejection.js';
import { useRowlock } from '../support/rowlock.js';

class Page {
  @IsString() url!: string;
  @IsOptional() @IsString() lock?: string;
}

const index = defineHandler({ name: 'index', payload: Page, unique: { key: 'page:{url}' }, handle: () => 1 });
const locked = defineHandler({
  name: 'locked', payload: Page, lock: 'l:{lock}', unique: { key: 'page:{url}', onConflict: 'replace' }, handle: () => 1,
}); // prettier-ignore

const rowlock = useRowlock();
const at = new JobsAt(rowlock);
const claim = (name: string): ReturnType<JobsAt['claim']> => at.claim({ names: [name] });
const enqueue = async (url: string, options: EnqueueOptions = {}): Promise<JobHandle> =>
  (await rowlock.application()).jobs.enqueue(index, { url }, options);
const replaceBy = async (lock: string, options: EnqueueOptions = {}): Promise<JobDetails> =>
  (await (await rowlock.application()).jobs.enqueue(locked, { url: 'a', lock }, options)).details();
const count = (): Promise<number> => rowlock.value('select count(*)::int from $s.jobs');

describe('the second job of a unique key', () => {
  it('is ignored by default: its handle is that of the first', async () => {
    const first = await enqueue('a');
    expect(await enqueue('a')).toMatchObject({ id: first.id, existing: true });
    expect((await enqueue('b')).existing).toBe(false);
    expect(await count()).toBe(2);
  });

  it('is rejected if it asks for that, with the key and the holder', async () => {
    const first = await enqueue('a');
    const error = await rejectionOf(enqueue('a', { onConflict: 'reject' }));
    expect(error).toMatchObject({ code: 'JOB_DUPLICATE', uniqueKey: 'page:a', existingId: first.id });
  });

  it('takes nothing of a batch in if it is rejected', async () => {
    await enqueue('b');
    const { jobs } = await rowlock.application();
    const batch = [{ url: 'a' }, { url: 'b' }, { url: 'c' }];
    const error = await rejectionOf(jobs.enqueueMany(index, batch, { onConflict: 'reject' }));
    expect(error).toMatchObject({ code: 'JOB_DUPLICATE', uniqueKey: 'page:b' });
    expect(await count()).toBe(1);
  });

  it("takes nothing of a batch in, in the caller's transaction too, which can go on", async () => {
    await enqueue('b');
    const { jobs, dataSource } = await rowlock.application();
    const batch = [{ url: 'a' }, { url: 'b' }];
    await dataSource.transaction(async (manager) => {
      await rejectionOf(jobs.enqueueMany(index, batch, { onConflict: 'reject', manager }));
      await jobs.enqueue(index, { url: 'c' }, { manager });
    });
    const urls = await rowlock.query<{ url: string }>(`select payload ->> 'url' as url from $s.jobs order by 1`);
    expect(urls.map(({ url }) => url)).toEqual(['b', 'c']);
  });

  it('has one handle for all of equal keys in one call', async () => {
    const { jobs } = await rowlock.application();
    const handles = await jobs.enqueueMany(index, [{ url: 'a' }, { url: 'b' }, { url: 'a' }]);
    expect(handles.map(({ existing }) => existing)).toEqual([false, false, true]);
    expect(handles[2]?.id).toBe(handles[0]?.id);
  });

  it('is one of its kind when many producers enqueue it at once', async () => {
    const { jobs } = await rowlock.application();
    const handles = await Promise.all(Array.from({ length: 15 }, () => jobs.enqueue(index, { url: 'a' })));
    expect(new Set(handles.map(({ id }) => id)).size).toBe(1);
    expect(handles.filter(({ existing }) => !existing)).toHaveLength(1);
  });

  it('F-12 deadlocks with nobody: two calls may name thousands of the same keys in opposite orders', async () => {
    const { jobs } = await rowlock.application();
    const urls = Array.from({ length: 2_500 }, (_, n) => ({ url: String(n).padStart(5, '0') }));
    const [forth, back] = await Promise.all([
      jobs.enqueueMany(index, urls),
      jobs.enqueueMany(index, urls.toReversed()),
    ]);
    expect(await count()).toBe(2_500);
    expect(back.toReversed().map(({ id }) => id)).toEqual(forth.map(({ id }) => id));
  });

  it('may name a key, a scope and a period of its own', async () => {
    const unique = { key: 'mine', for: '1m' } as const;
    const first = await enqueue('a', { unique });
    expect((await enqueue('b', { unique })).id).toBe(first.id);
    await rowlock.moveClock(61_000);
    expect((await enqueue('b', { unique })).existing).toBe(false);
  });
});

describe('a second job that replaces', () => {
  it('gives the first, if it has not started, its payload and all its settings', async () => {
    const first = await replaceBy('x');
    const second = await replaceBy('y', { priority: 1, queue: 'other', attempts: 7, timeout: '9s', tags: ['new'] });
    expect(second).toMatchObject({
      id: first.id, state: 'available', payload: { url: 'a', lock: 'y' }, lockKey: 'l:y', priority: 1, queue: 'other',
      maxAttempts: 7, tags: ['new'],
    }); // prettier-ignore
    expect(await rowlock.value('select timeout_ms from $s.job')).toBe(9_000);
    expect(await count()).toBe(1);
  });

  it('gives it its time, whether it was due or not', async () => {
    await replaceBy('x');
    const later = await replaceBy('x', { delay: '1h' });
    expect(later.state).toBe('scheduled');
    const latest = await replaceBy('x', { delay: '2h' });
    expect((latest.runAt?.getTime() ?? 0) - (later.runAt?.getTime() ?? 0)).toBeGreaterThan(3_500_000);
    expect(await replaceBy('y')).toMatchObject({ runAt: latest.runAt, lockKey: 'l:y' });
  });

  it('leaves one that runs as it is', async () => {
    const first = await replaceBy('x');
    await claim('locked');
    expect(await replaceBy('y')).toMatchObject({ id: first.id, state: 'running', payload: { lock: 'x' } });
  });

  it('leaves a failed one its attempts, and at least one more', async () => {
    const { id } = await replaceBy('x', { attempts: 2 });
    await rowlock.query('update $s.job set attempt = 2 where id = $1', [id]);
    expect(await replaceBy('y', { attempts: 1 })).toMatchObject({ attempt: 2, maxAttempts: 3 });
  });

  it('frees one that waits for a lock key which is no longer its own', async () => {
    const holder = await at.running({ lockKey: 'l:x' });
    const { id } = await replaceBy('x');
    await claim('locked');
    expect(await replaceBy('x', { tags: ['still'] })).toMatchObject({ id, state: 'pending', tags: ['still'] });
    expect(await replaceBy('y')).toMatchObject({ id, state: 'scheduled', lockKey: 'l:y' });
    await rowlock.engine.promote(rowlock.on, 10);
    expect((await claim('locked')).map((attempt) => attempt.id)).toEqual([id]);
    expect((await at.get(holder.id)).state).toBe('running');
  });

  it('passes a lock key on that was given to it and is no longer its own', async () => {
    const { id } = await replaceBy('x');
    const [attempt] = await claim('locked');
    const other = await at.enqueue({ lockKey: 'l:x' });
    await at.claim();
    if (!attempt) throw new Error('it is claimable');
    await rowlock.engine.interrupt(rowlock.on, [{ attempt, outcome: { verb: 'interrupt' } }]);
    expect((await at.get(other)).state).toBe('pending');
    expect(await replaceBy('y')).toMatchObject({ id, state: 'available' });
    expect((await at.get(other)).state).toBe('available');
  });

  it('waits for a claim under way, and leaves what that takes as it is', async () => {
    await replaceBy('x');
    const open = await rowlock.begin();
    await at.claim({ names: ['locked'] }, open.on);
    const second = replaceBy('y');
    await rowlock.blocked();
    await open.commit();
    expect(await second).toMatchObject({ state: 'running', payload: { lock: 'x' } });
  });

  it('may meet another that replaces at the same time: one after the other', async () => {
    await replaceBy('x');
    const { jobs, dataSource } = await rowlock.application();
    const replace = (lock: string): Promise<unknown> =>
      dataSource.transaction(async (manager) => {
        await jobs.enqueue(locked, { url: 'a', lock }, { manager });
        await jobs.enqueue(locked, { url: 'a', lock: `${lock}${lock}` }, { manager });
      });
    await Promise.all(['p', 'q', 'r', 's'].map(replace));
    expect(await rowlock.value(`select payload ->> 'lock' from $s.job`)).toMatch(/^(pp|qq|rr|ss)$/);
  });
});
