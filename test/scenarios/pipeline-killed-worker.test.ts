import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { PIPELINE_HANDLERS, PIPELINES, tasks } from '../support/pipeline-tasks.js';
import { runProgram } from '../support/program.js';
import { useRowlock } from '../support/rowlock.js';
import { runViolations } from '../support/run-violations.js';

const rowlock = useRowlock();
afterEach(async () => expect(await runViolations(rowlock.database)).toEqual([]));

/** A worker in a process of its own, alone on the schema, and what it has said of each job that it began. */
const killable = () => {
  const program = runProgram('work-pipelines', [rowlock.applicationUrl, rowlock.schema]);
  return {
    kill: () => program.kill('SIGKILL'),
    begins: async (step: string) => {
      while ((await program.nextLine()) !== step);
    },
  };
};

const rescuing = { handlers: PIPELINE_HANDLERS, pipelines: PIPELINES };

describe('a worker that is killed', () => {
  it('in the midst of a fan-out: its run goes on elsewhere, each step once', async () => {
    const starter = await rowlock.application({ ...rescuing, work: false });
    const each = Array.from({ length: 20 }, (_, n) => ({ does: 'ignore', ms: 40, n }));
    const run = await starter.jobs.start(tasks, { first: {}, each, last: {} });
    const worker = killable();
    await worker.begins('each');
    await eventually('items have ended', async () => ((await run.status()).steps[1]?.done ?? 0) > 2);
    await worker.kill();
    expect((await run.status()).state).toBe('running');
    await starter.worker.start();
    await expect(run.result({ timeout: '25s' })).resolves.toEqual({ n: 190 });
    expect(await rowlock.value(`select count(*)::int from $s.jobs where step = 'each'`)).toBe(20);
    expect(await rowlock.value(`select count(*)::int from $s.jobs where step = 'last'`)).toBe(1);
  });

  it('again and again at one step: that is discarded when its attempts are spent, and the run is undone', async () => {
    const starter = await rowlock.application({ ...rescuing, work: false });
    const run = await starter.jobs.start(tasks, { first: {}, each: [], last: { does: 'hang' } });
    const worker = killable();
    await worker.begins('last');
    await worker.kill();
    await rowlock.query(`update $s.job set attempt = max_attempts where step = 'last'`);
    await starter.worker.start();
    await expect(run.result({ timeout: '25s' })).rejects.toThrow(
      /step "last": its job was discarded: All 2 attempts are spent/,
    );
    expect((await run.status()).steps[0]).toMatchObject({ name: 'first', undo: 'completed' });
  });

  it('while it was told to stop: the run ends when its lease has lapsed', async () => {
    const starter = await rowlock.application({ ...rescuing, work: false });
    const run = await starter.jobs.start(tasks, { first: {}, each: [{ does: 'ignore', ms: 60_000 }], last: {} });
    const worker = killable();
    await worker.begins('each');
    await run.cancel('enough', { undo: true });
    expect((await run.status()).state).toBe('stopping');
    await worker.kill();
    await starter.worker.start();
    await expect(run.result({ timeout: '25s' })).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
    expect((await run.status()).steps).toMatchObject([{ undo: 'completed' }, { state: 'cancelled', done: 1 }]);
  });
});
