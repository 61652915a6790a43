import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Allow } from 'class-validator';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { IMPORTS, makeApplicationFolder } from '../support/application-folder.js';
import { runCli } from '../support/cli.js';
import { useRowlock } from '../support/rowlock.js';

// Each command is a process that loads its sources anew, and a busy machine takes its time.
jest.setTimeout(120_000);

class Anything {
  @Allow() n?: number;
}

const rowlock = useRowlock();
const folders: { remove(): Promise<void> }[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => folder.remove())));

/** Runs it in a folder that exports these handlers and pipelines. */
async function doctor(code: string, ...args: string[]) {
  const folder = await makeApplicationFolder({ 'handlers/all.js': `${IMPORTS} ${code}` });
  folders.push(folder);
  const env = { DATABASE_URL: rowlock.applicationUrl, ROWLOCK_SCHEMA: rowlock.schema, PGAPPNAME: rowlock.schema };
  return runCli(['doctor', ...args], { env, cwd: folder.path });
}

const handler = (name: string, more = ''): string =>
  `export const ${name} = defineHandler({ name: '${name}', payload: NoPayload, handle() {}, ${more} });`;

const Old = defineHandler({ name: 'old', payload: Anything, version: 2, handle: () => undefined });
const Newer = defineHandler({ name: 'newer', payload: Anything, version: 2, handle: () => undefined });
const Gone = defineHandler({ name: 'gone', payload: Anything, handle: () => undefined });
const Fine = defineHandler({ name: 'fine', payload: Anything, handle: () => undefined });
const flow = pipeline('flow', { input: Anything })
  .step('a', Fine)
  .step('b', Fine, () => ({}))
  .build();

const nap = pipeline('nap', { input: Anything }).sleep('pause', '1d').build();

describe('rowlock doctor --deploy', () => {
  it('ends with 0 if the code can do all that is in flight', async () => {
    const { jobs } = await rowlock.application({ handlers: [Fine], work: false });
    await jobs.enqueue(Fine, {});
    const result = await doctor(handler('fine', 'version: 2, upcast: { 1: (old) => old }'), '--deploy');
    expect(result).toEqual({ code: 0, stdout: 'The code here can do all that is in flight.\n', stderr: '' });
  });

  it('knows the handlers of steps that need none', async () => {
    const { jobs } = await rowlock.application({ pipelines: [nap] });
    await jobs.start(nap, {});
    const asleep = `export const nap = pipeline('nap', { input: NoPayload }).sleep('pause', '1d').build();`;
    expect(await doctor(`${handler('fine')} ${asleep}`, '--deploy')).toMatchObject({ code: 0, stderr: '' });
  });

  it('ends with 1 if it cannot, and lists what has no path, with what to do', async () => {
    const { jobs } = await rowlock.application({ handlers: [Fine, Old, Newer, Gone], pipelines: [flow], work: false });
    await jobs.enqueueMany(Fine, [{}, {}]);
    await jobs.enqueue(Gone, {}, { delay: '1h' });
    await jobs.enqueue(Old, {});
    await jobs.enqueueMany(Newer, [{}, {}, {}]);
    await jobs.start(flow, {});
    const code = [
      handler('fine'),
      handler('old', 'version: 3'),
      handler('newer'),
      `export const flow = pipeline('flow', { input: NoPayload }).step('a', fine).build();`,
    ].join('\n');
    const json = await doctor(code, '--deploy', '--json');
    expect(json).toMatchObject({ code: 1, stderr: '' });
    expect(JSON.parse(json.stdout)).toEqual({
      ok: false,
      unserved: [{ queue: 'default', steps: ['flow.a'] }],
      stranded: [
        {
          code: 'HANDLER_NOT_FOUND',
          name: 'gone',
          version: '1',
          count: 1,
          cure: expect.stringContaining('Keep a handler'),
        },
        {
          ...{ code: 'PAYLOAD_VERSION_UNKNOWN', name: 'newer', version: '2', count: 3 },
          cure: expect.stringContaining('is of version 1'),
        },
        {
          ...{ code: 'PAYLOAD_VERSION_UNKNOWN', name: 'old', version: '2', count: 1 },
          cure: expect.stringContaining('upcast: { 2: (old) => … }'),
        },
        {
          ...{ code: 'PIPELINE_VERSION_UNKNOWN', name: 'flow', version: flow.version, count: 1 },
          cure: expect.stringMatching(/There is version [0-9a-f]{12} here: register the earlier definition/),
        },
      ],
    });
    const table = await doctor(code, '--deploy');
    expect(table.stdout).toMatch(/\njob without a handler +gone +1 +1\n/);
    expect(table.stdout).toMatch(/\nold, version 2: Add an upcast/);
  });

  it('warns of queues of steps that no living worker serves', async () => {
    const web = `${handler('fine', "queue: 'web'")}
      export const flow = pipeline('flow', { input: NoPayload }).step('a', fine).sleep('b', '1d').build();`;
    const warned = await doctor(web, '--deploy');
    expect(warned).toMatchObject({ code: 0, stderr: '' });
    expect(warned.stdout).toMatch(/\nqueue that no worker serves now +steps\n[- ]+\nweb +flow\.a\n/);
    await rowlock.application({ handlers: [Fine], worker: { queues: { web: null }, lease: '10m' } });
    const served = await doctor(web, '--deploy', '--json');
    expect(JSON.parse(served.stdout)).toEqual({ ok: true, stranded: [], unserved: [] });
  });

  it('ends with 2 if it is not told what to check', async () => {
    expect(await doctor(handler('fine'))).toMatchObject({ code: 2, stderr: expect.stringContaining('--deploy') });
  });
});
