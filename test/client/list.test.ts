import { beforeEach, describe, expect, it } from '@jest/globals';
import type { JobFilter } from '../../src/client/job-query.js';
import type { Jobs } from '../../src/client/jobs.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import { JobsAt, newJob } from '../support/jobs-at.js';
import { rejectionOf } from '../support/rejection.js';
import { useRowlock } from '../support/rowlock.js';

const greet = defineHandler({ name: 'greet', payload: NoPayload, handle: () => undefined });
const rowlock = useRowlock();
const at = new JobsAt(rowlock);
let jobs: Jobs;
beforeEach(async () => (jobs = (await rowlock.application()).jobs));
const found = async (filter: JobFilter): Promise<string[]> => (await jobs.list(filter)).jobs.map(({ id }) => id);

describe('list', () => {
  it('gives the newest first, in whichever state and table they are', async () => {
    const states = ['completed', 'pending', 'available', 'discarded', 'running', 'scheduled', 'retryable', 'cancelled'] as const; // prettier-ignore
    const ids: string[] = [];
    for (const state of states) ids.unshift(await at.inState(state, { queue: `q-${state}`, tags: ['mine'] }));
    const { jobs: listed, next } = await jobs.list({ tag: 'mine' });
    expect(listed.map(({ id }) => id)).toEqual(ids);
    expect(listed.map(({ state }) => state)).toEqual(states.toReversed());
    expect(next).toBeNull();
  });

  it('pages through all of them, each once, whatever is enqueued meanwhile', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 7; n++) ids.unshift(await at.enqueue());
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<Jobs['list']>> = await jobs.list({}, { limit: 3, after });
      expect(page.jobs.length).toBeLessThanOrEqual(3);
      seen.push(...page.jobs.map(({ id }) => id));
      after = page.next;
      await at.enqueue();
    } while (after);
    expect(seen).toEqual(ids);
  });

  it('says that there is no next page when the last one is full', async () => {
    for (let n = 0; n < 4; n++) await at.enqueue();
    const first = await jobs.list({}, { limit: 2 });
    expect(first.next).not.toBeNull();
    expect((await jobs.list({}, { limit: 2, after: first.next })).next).toBeNull();
  });

  it('filters by each condition, and by all of them together', async () => {
    const run = { id: newJob().id, pipeline: 'ingest@1', step: 'page', item: null };
    const [plain, other, tagged, step] = [
      await at.enqueue({ queue: 'a' }), await at.enqueue({ name: 'other', queue: 'b' }),
      await at.enqueue({ queue: 'a', tags: ['x'] }), await at.enqueue({ queue: 'b', run }),
    ]; // prettier-ignore
    const dead = await at.inState('discarded', { queue: 'c' });
    expect(await found({ queue: 'a' })).toEqual([tagged, plain]);
    expect(await found({ name: 'other' })).toEqual([other]);
    expect(await found({ name: greet, queue: 'b' })).toEqual([step]);
    expect(await found({ tag: 'x' })).toEqual([tagged]);
    expect(await found({ run: run.id })).toEqual([step]);
    expect(await found({ state: 'discarded' })).toEqual([dead]);
    expect(await found({ states: ['discarded', 'cancelled'] })).toEqual([dead]);
    expect(await found({ unfinished: true })).toEqual([step, tagged, other, plain]);
    expect(await found({ queue: 'a', tag: 'x', state: 'completed' })).toEqual([]);
    expect(await found({ states: [] })).toEqual([]);
  });

  it('filters by the time of the enqueue, the first moment included and the last not', async () => {
    const id = await at.enqueue();
    const created = (await jobs.get(id))?.createdAt.getTime() ?? 0;
    const [before, after] = [new Date(created - 1_000), new Date(created + 1_000)];
    expect(await found({ createdAfter: before, createdBefore: after })).toEqual([id]);
    expect(await found({ createdAfter: after })).toEqual([]);
    expect(await found({ createdBefore: before })).toEqual([]);
  });

  it.each([
    [{ limit: 0 }, {}],
    [{ limit: 1_001 }, {}],
    [{ limit: 1.5 }, {}],
    [{ after: 'yesterday' }, {}],
    [{}, { state: 'done' as never }],
    [{}, { run: 'mine' }],
  ])('refuses %j of %j', async (page, filter) => {
    expect(await rejectionOf(jobs.list(filter, page))).toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('is not misled by text that looks like SQL', async () => {
    await at.enqueue({ tags: [`'; drop table job; --`] });
    expect(await found({ tag: `'; drop table job; --` })).toHaveLength(1);
    expect(await found({ queue: `' or true --` })).toEqual([]);
  });
});

describe('get', () => {
  it('tells everything about a job', async () => {
    const id = await at.inState('discarded', { tags: ['x'], payload: '{"a":1}', lockKey: 'l' });
    expect(await jobs.get(id)).toMatchObject({
      id, state: 'discarded', payload: { a: 1 }, result: null, reason: 'no', attempt: 1, maxAttempts: 3, tags: ['x'],
      errors: [{ message: 'no', attempt: 1 }], progress: null, lockKey: 'l', uniqueKey: null, run: null,
      cancelRequested: false, meta: {}, createdAt: expect.any(Date), runAt: null, claimedAt: expect.any(Date),
      finishedAt: expect.any(Date),
    }); // prettier-ignore
  });

  it('gives null for what is not there, or is no id', async () => {
    expect(await jobs.get(newJob().id)).toBeNull();
    expect(await jobs.get('yesterday')).toBeNull();
  });

  it('knows an id in capitals', async () => {
    const id = await at.enqueue();
    expect((await jobs.get(id.toUpperCase()))?.id).toBe(id);
  });
});
