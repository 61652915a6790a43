import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IsInt } from 'class-validator';
import type { RunHandle } from '../../src/client/run-handle.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import { IMPORTS, makeApplicationFolder } from '../support/application-folder.js';
import { useCliSession } from '../support/cli-session.js';
import { useRowlock } from '../support/rowlock.js';

const runCli = useCliSession();
const rowlock = useRowlock();
let fails = true;

const Count = defineHandler({ name: 'count', payload: NoPayload, handle: () => 3 });
const Sum = defineHandler({
  name: 'sum',
  payload: NoPayload,
  handle(_, job) {
    if (fails) throw job.discard('the sum is not known');
    return 6;
  },
});
const report = pipeline('report', { input: NoPayload })
  .step('count', Count)
  .step('sum', Sum, () => ({}))
  .build();

class Payment {
  @IsInt() cents!: number;
}
const sale = pipeline('sale', { input: NoPayload }).step('count', Count).signal('paid', Payment).build();

/** The same pipeline, as the folder of an application has it. */
const HANDLERS = `${IMPORTS}
  export const Count = defineHandler({ name: 'count', payload: NoPayload, handle: () => 3 });
  export const Sum = defineHandler({ name: 'sum', payload: NoPayload, handle: () => 6 });
  export const report = pipeline('report', { input: NoPayload }).step('count', Count).step('sum', Sum, () => ({})).build();`;

let folder: Awaited<ReturnType<typeof makeApplicationFolder>>;
beforeAll(async () => (folder = await makeApplicationFolder({ 'handlers/report.js': HANDLERS })));
afterAll(() => folder.remove());

const runs = (...args: string[]) => {
  const env = { DATABASE_URL: rowlock.applicationUrl, ROWLOCK_SCHEMA: rowlock.schema, PGAPPNAME: rowlock.schema };
  return runCli(['runs', ...args], { env, cwd: folder.path });
};

async function failedRun(): Promise<RunHandle> {
  fails = true;
  const { jobs } = await rowlock.application({ handlers: [Count, Sum], pipelines: [report] });
  const run = await jobs.start(report, {});
  await expect(run.result({ timeout: '20s' })).rejects.toMatchObject({ code: 'RUN_FAILED' });
  fails = false;
  return run;
}

const UNKNOWN = '01890000-0000-7000-8000-000000000000';

describe('rowlock runs', () => {
  it('lists runs, filtered and by pages, as a table and as JSON', async () => {
    expect(await runs('list')).toEqual({ code: 0, stdout: 'No runs.\n', stderr: '' });
    const failed = await failedRun();
    const { jobs } = await rowlock.application({ handlers: [Count, Sum], pipelines: [report], work: false });
    const done = await jobs.start(report, {});
    await done.result({ timeout: '20s' });
    const table = await runs('list');
    expect(table).toMatchObject({ code: 0, stderr: '' });
    expect(table.stdout.split('\n')).toEqual([
      expect.stringMatching(/^run +pipeline +state +steps +started +ended$/),
      expect.stringMatching(/^-+ /),
      expect.stringMatching(
        new RegExp(`^${done.id} +report +completed +2/2 +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ`),
      ),
      expect.stringMatching(new RegExp(`^${failed.id} +report +failed +2/2 `)),
      '',
    ]);
    const first = await runs('list', '--json', '--limit', '1');
    expect(JSON.parse(first.stdout)).toMatchObject({ runs: [{ id: done.id, state: 'completed' }], next: done.id });
    const second = await runs(
      'list',
      '--after',
      done.id,
      '--state',
      'failed,cancelled',
      '--pipeline',
      'report',
      '--json',
    );
    expect(JSON.parse(second.stdout)).toMatchObject({ runs: [{ id: failed.id }], next: null });
    expect(await runs('list', '--state', 'done')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no state'),
    });
  });

  it('shows a run with its steps, jobs and errors, and draws it', async () => {
    const run = await failedRun();
    const { code, stdout } = await runs('show', run.id);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^run ${run.id} of report \\(version ${report.version}\\): failed\n`));
    expect(stdout).toMatch(/step "sum": its job was discarded: the sum is not known/);
    expect(stdout).toMatch(/\ncount +completed +1\/1 +\d{4}-.*Z +\d{4}-.*Z +- +[0-9a-f-]{36}\n/);
    expect(stdout).toMatch(/\nsum +failed +1\/1 .* count +[0-9a-f-]{36}\n/);
    expect(stdout).toMatch(/\n[0-9a-f-]{36} +sum +- +discarded +the sum is not known\n/);
    const json = JSON.parse((await runs('show', run.id, '--json')).stdout) as Record<string, unknown>;
    expect(json).toMatchObject({
      id: run.id,
      state: 'failed',
      steps: [
        { name: 'count', state: 'completed', job: expect.any(String) },
        { name: 'sum', state: 'failed', after: ['count'] },
      ],
      failedJobs: [{ step: 'sum', item: null, state: 'discarded', reason: 'the sum is not known' }],
    });
    expect((await runs('graph', run.id)).stdout).toBe(await run.mermaid());
    expect(JSON.parse((await runs('graph', run.id, '--json')).stdout)).toEqual(await run.graph());
  });

  it('retries, forks and reruns with the pipelines of the folder', async () => {
    const run = await failedRun();
    expect(await runs('retry', run.id)).toEqual({ code: 0, stdout: `Run ${run.id} goes on.\n`, stderr: '' });
    expect(await run.result({ timeout: '20s' })).toBe(6);
    expect(await runs('retry', run.id)).toMatchObject({ code: 1, stderr: expect.stringContaining('is completed') });
    const fork = await runs('fork', run.id, '--from', 'sum', '--json');
    const { id } = JSON.parse(fork.stdout) as { id: string };
    const { pipelines } = await rowlock.application();
    expect(await pipelines.handle(id).result({ timeout: '20s' })).toBe(6);
    expect((await runs('show', id)).stdout).toContain(`fork of ${run.id} from sum; taken over: count`);
    const rerun = JSON.parse((await runs('rerun', run.id, '--input', '{}', '--json')).stdout) as { id: string };
    expect(await pipelines.handle(rerun.id).result({ timeout: '20s' })).toBe(6);
    expect(await runs('rerun', run.id, '--input', '[1]')).toMatchObject({ code: 2 });
    expect(await runs('fork', run.id)).toMatchObject({ code: 2, stderr: expect.stringContaining('from') });
  });

  it('sends a step its signal, once, and says what is no signal', async () => {
    const { jobs } = await rowlock.application({ pipelines: [sale], handlers: [Count], work: true });
    const run = await jobs.start(sale, {});
    const send = (...args: string[]) => runs('signal', run.id, ...args);
    expect(await send('paid', '--payload', '[1]')).toMatchObject({ code: 2, stderr: expect.stringContaining('--payload must be') }); // prettier-ignore
    expect(await send('count')).toMatchObject({ stdout: '', stderr: expect.stringContaining('paid') });
    expect(await send('paid', '--payload', '{"cents": 4900}')).toEqual({
      code: 0,
      stdout: `Step paid of run ${run.id} has its signal.\n`,
      stderr: '',
    });
    expect(await run.result({ timeout: '20s' })).toEqual({ cents: 4_900 });
    const again = await send('paid', '--json');
    expect(again.code).toBe(1);
    expect(JSON.parse(again.stdout)).toEqual({ id: run.id, step: 'paid', sent: false });
  });

  it('cancels, and says so if there was nothing to cancel', async () => {
    const { jobs } = await rowlock.application({ pipelines: [report], handlers: [Count, Sum], work: false });
    const run = await jobs.start(report, {});
    expect(await runs('cancel', run.id, '--reason', 'enough')).toMatchObject({
      code: 0,
      stdout: `Run ${run.id} is cancelled.\n`,
    });
    expect(await run.status()).toMatchObject({ state: 'cancelled', error: { message: 'enough' } });
    const again = await runs('cancel', run.id, '--json');
    expect(again.code).toBe(1);
    expect(JSON.parse(again.stdout)).toEqual({ id: run.id, cancelled: false, state: 'cancelled' });
  });

  it.each([['show'], ['retry']])('%s ends with 3 if there is no such run', async (command) => {
    expect(await runs(command, UNKNOWN)).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining(UNKNOWN),
    });
  });

  it('ends with 2 if no id is given, or no command', async () => {
    expect(await runs('show')).toMatchObject({ code: 2, stdout: '' });
    expect(await runs()).toMatchObject({ code: 2, stderr: expect.stringContaining('show <id>') });
  });
});
