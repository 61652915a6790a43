import { beforeEach, describe, expect, it } from '@jest/globals';
import { IsInt } from 'class-validator';
import { defineHandler } from '../../src/registry/define-handler.js';
import { newId } from '../../src/engine/new-id.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { advanceRuns } from '../../src/repositories/sql/advance-runs.js';
import { eventually } from '../support/eventually.js';
import { makeGate } from '../support/gate.js';
import { JobsAt } from '../support/jobs-at.js';
import { useRowlock } from '../support/rowlock.js';

class Numbered {
  @IsInt() n!: number;
}

const rowlock = useRowlock();
const at = new JobsAt(rowlock);

/** The test's own sessions, which stay. */
let own: readonly number[];
beforeEach(async () => {
  const rows = await rowlock.query<{ pid: number }>('select pid from pg_stat_activity where application_name = $1', [
    rowlock.schema,
  ]);
  own = rows.map(({ pid }) => pid);
});

/** Ends sessions of applications, all or those whose last statement contains a text; at least one. */
const terminate = (statement = ''): Promise<unknown> =>
  eventually('a session is ended', async () => {
    const ended = await rowlock.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = $1 and pid <> all($2::int[]) and position($3 in query) > 0`,
      [rowlock.schema, own, statement],
    );
    return ended.length;
  });

describe('a worker whose connections are ended', () => {
  it('F-4 loses nothing, runs nothing twice at once, and goes on', async () => {
    const running = new Set<number>();
    const runs = new Map<number, number>();
    const overlaps: number[] = [];
    const task = defineHandler({
      name: 'task',
      payload: Numbered,
      handle: async ({ n }) => {
        if (running.has(n)) overlaps.push(n);
        running.add(n);
        runs.set(n, (runs.get(n) ?? 0) + 1);
        await new Promise((resolve) => setImmediate(resolve));
        running.delete(n);
        return n;
      },
    });
    const { jobs, events } = await rowlock.application({ handlers: [task], worker: { lease: '30s' } });
    const producer = await rowlock.application();
    for (let round = 0; round < 6; round++) {
      const before = round * 500;
      const payloads = Array.from({ length: 500 }, (_, n) => ({ n: before + n }));
      // A pool does not notice at once that its sessions have ended; whoever enqueues is told, and tries again.
      await eventually('they are enqueued', () => producer.jobs.enqueueMany(task, payloads));
      await eventually('some are done', () => runs.size > before + 100);
      await terminate();
    }
    await eventually('all are over', async () => (await jobs.list({ unfinished: true })).jobs.length === 0);
    expect(overlaps).toEqual([]);
    expect(runs.size).toBe(3_000);
    const states = await rowlock.query('select state, count(*)::int, sum(attempt)::int as attempts from $s.job_history group by 1'); // prettier-ignore
    expect(states).toEqual([{ state: 'completed', count: 3_000, attempts: 3_000 }]);
    expect([...runs.values()].filter((count) => count > 1)).toEqual([]);
    expect(events('worker.lapse')).toEqual([]);
  });

  it('F-4 F-5 runs what a claim took whose answer never came', async () => {
    const task = defineHandler({ name: 'task', payload: Numbered, handle: ({ n }) => n });
    const { jobs, worker, event } = await rowlock.application({ handlers: [task], worker: { lease: '30s' } });
    // What such a claim leaves behind: a job that is claimed for the worker, under a token that it does not know.
    const claim = await rowlock.begin();
    const id = await at.enqueue({ name: 'task', payload: '{"n":7}' }, claim.on);
    expect(await at.claim({ workerId: worker.id ?? '', names: ['task'] }, claim.on)).toHaveLength(1);
    await claim.commit();
    await terminate('forgotten as');
    await event('error', ({ where }) => where === 'claiming jobs');
    expect(await jobs.handle(id).result({ timeout: '10s' })).toBe(7);
    expect((await jobs.get(id))?.attempt).toBe(1);
  });

  it('runs the next step of a run that came with an answer it never got', async () => {
    const gate = makeGate();
    const First = defineHandler({ name: 'first', payload: Numbered, handle: () => gate.opened.then(() => ({ n: 2 })) });
    const Second = defineHandler({ name: 'second', payload: Numbered, handle: ({ n }) => ({ n: n + 1 }) });
    const line = pipeline('line', { input: Numbered })
      .step('first', First)
      .step('second', Second, ({ first }) => first)
      .build();
    const options = { handlers: [First, Second], pipelines: [line], worker: { lease: '30s' } } as const;
    const { jobs, worker, event, events } = await rowlock.application(options);
    const run = await jobs.start(line, { n: 1 });
    await eventually('its first step runs', () => worker.health().running === 1);
    const [job] = await rowlock.query<{ id: string; token: string }>('select id, token::text from $s.job');
    if (!job || !worker.id) throw new Error('nothing runs');
    // What the worker's own statement does, while that is waiting; then its session ends, and this commits.
    const answered = await rowlock.begin();
    const second = { id: newId(), name: 'second' };
    await answered.on.run(advanceRuns, [[job.id], [job.token], '[{"n":2}]', [second.id], [1], '[{"n":2}]', [true], ['second'], [1], ['second'], ['default'], [5], [1], [null], [null], worker.id, 60_000, 30_000, [], [], '', [null]]); // prettier-ignore
    gate.open();
    await rowlock.blocked();
    await terminate('mine as');
    await rowlock.blocked();
    await answered.commit();
    expect(await run.result({ timeout: '10s' })).toEqual({ n: 3 });
    expect((await jobs.get(second.id))?.attempt).toBe(1);
    await event('job.claim', ({ count }) => count === 1);
    expect(events('job.lost')).toEqual([]);
  });

  it('F-5 stores an outcome that was on its way', async () => {
    const gate = makeGate();
    const task = defineHandler({ name: 'task', payload: Numbered, handle: () => gate.opened.then(() => 'done') });
    const { jobs, worker, events } = await rowlock.application({ handlers: [task], worker: { lease: '30s' } });
    const first = await jobs.enqueue(task, { n: 1 });
    await eventually('it runs', () => worker.health().running === 1);
    const held = await rowlock.begin();
    await held.manager.query(`select from ${rowlock.schema}.job for update`);
    gate.open();
    await rowlock.blocked();
    await terminate('gone as');
    await held.rollback();
    expect(await first.result({ timeout: '10s' })).toBe('done');
    expect(events('error').map(({ where }) => where)).toContain('storing outcomes');
    expect((await first.details()).attempt).toBe(1);
  });

  it('does not stand in the way of a stop', async () => {
    const task = defineHandler({ name: 'task', payload: Numbered, handle: ({ n }) => n });
    const { jobs, worker } = await rowlock.application({ handlers: [task] });
    await jobs.enqueueMany(
      task,
      Array.from({ length: 300 }, (_, n) => ({ n })),
    );
    await terminate();
    expect(await worker.stop()).toEqual({ drained: true });
    expect(await rowlock.value(`select count(*)::int from $s.jobs where state = 'running'`)).toBe(0);
  });
});
