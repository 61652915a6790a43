import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Jobs } from '../../src/client/jobs.js';
import { createContainer } from '../../src/container/create-container.js';
import { Migrator } from '../../src/container/migrator.js';
import { IMPORTS, makeApplicationFolder } from '../support/application-folder.js';
import { Greet } from '../support/applications/shop/handlers/greet.js';
import { services } from '../support/applications/shop/handlers/greeter.js';
import { WaitForFile } from '../support/applications/shop/handlers/wait-for-file.js';
import { jsonLines, ROOT, runCli, startCli, type CliProcess } from '../support/cli.js';
import { createTestSchema, withClient, type TestSchema } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { listen } from '../support/listen.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';

const SHOP = path.join(ROOT, 'test/support/applications/shop');

// Each command is a process that loads its sources anew, and a busy machine takes its time.
jest.setTimeout(120_000);

let test: TestSchema;
let env: Record<string, string>;
let jobs: Jobs;
const processes: CliProcess[] = [];

beforeEach(async () => {
  test = await createTestSchema();
  env = { SHOP_DATABASE_URL: test.applicationUrl, ROWLOCK_SCHEMA: test.name, PGAPPNAME: test.name };
  await new Migrator(test.options(), test.name).up();
});

afterEach(async () => {
  for (const { process, ended } of processes.splice(0)) {
    process.kill('SIGKILL');
    await ended;
  }
  await test.drop();
});

/** A producer, which has the handlers' classes too. */
async function connect(): Promise<void> {
  const dataSource = await test.open();
  const container = await createContainer({
    dataSource,
    schema: test.name,
    handlers: [Greet, WaitForFile],
    modules: [services],
  });
  jobs = container.get(Jobs);
}

function start(...args: string[]): CliProcess {
  const started = startCli(['worker', ...args], { cwd: SHOP, env: { ...env, ROWLOCK_LOG_LEVEL: 'debug' } });
  processes.push(started);
  return started;
}

describe('rowlock worker', () => {
  it('runs what is there with --once: handlers, services and DataSource of the folder it is in', async () => {
    await connect();
    const handle = await jobs.enqueue(Greet, { name: 'Ada' });
    const { code, stdout, stderr } = await runCli(['worker', '--once'], { cwd: SHOP, env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await handle.result({ timeout: '1s' })).toBe('Hello Ada');
    const lines = jsonLines(stdout);
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'info',
        message: 'greeting',
        job_type: 'greet',
        job_id: handle.id,
        meta: { name: 'Ada', password: '***' },
      }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ message: 'job completed', queue: 'mail', attempt: 1, outcome: 'completed' }),
    );
  });

  it('serves the queues that it is told to, by flag or variable, and no others', async () => {
    await connect();
    const handle = await jobs.enqueue(Greet, { name: 'Ada' });
    const flags = ['--queues', 'slow:2', '--concurrency', '3', '--lease', '5s', '--shutdown-timeout', '1s'];
    const { code, stdout } = await runCli(['worker', '--once', ...flags], {
      cwd: SHOP,
      env: { ...env, WORKER_ID: 'test-worker' },
    });
    expect(code).toBe(0);
    const started = jsonLines(stdout).find(({ message }) => message === 'worker started');
    expect(started).toMatchObject({ queues: ['slow'], concurrency: 3, worker: 'test-worker' });
    expect((await jobs.get(handle.id))?.state).toBe('available');
    await runCli(['worker', '--once'], { cwd: SHOP, env: { ...env, ROWLOCK_QUEUES: 'mail:1' } });
    expect((await jobs.get(handle.id))?.state).toBe('completed');
  });

  it('at SIGTERM lets the running job end, then ends with 0; its probes say so meanwhile', async () => {
    await connect();
    const folder = await makeTemporaryFolder();
    try {
      const handle = await jobs.enqueue(WaitForFile, { file: path.join(folder.path, 'done') });
      const worker = start('--probe-port', '0');
      const { port } = await worker.line('probes are answered');
      await worker.line('job started');
      const probe = (name: string): Promise<Response> => fetch(`http://127.0.0.1:${String(port)}/${name}`);
      await eventually('the worker is ready', async () => (await probe('readyz')).status === 200);
      expect(await (await probe('livez')).json()).toMatchObject({ ok: true, running: 1 });
      worker.process.kill('SIGTERM');
      await worker.line('worker claims no more, and lets running jobs end');
      const draining = await probe('readyz');
      expect([draining.status, await draining.json()]).toEqual([503, expect.objectContaining({ state: 'draining' })]);
      await writeFile(path.join(folder.path, 'done'), '');
      expect(await worker.ended).toMatchObject({ code: 0, stderr: '' });
      expect((await jobs.get(handle.id))?.state).toBe('completed');
    } finally {
      await folder.remove();
    }
  });

  it('at a second signal hands the running job back, and ends with 1', async () => {
    await connect();
    const handle = await jobs.enqueue(WaitForFile, { file: '/nowhere/at/all' });
    const worker = start();
    await worker.line('job started');
    worker.process.kill('SIGINT');
    await worker.line('worker claims no more, and lets running jobs end');
    worker.process.kill('SIGINT');
    expect((await worker.ended).code).toBe(1);
    expect(await jobs.get(handle.id)).toMatchObject({ state: 'available', attempt: 0 });
  });

  it('logs a job whose payload is not valid, and goes on', async () => {
    await connect();
    const bad = await jobs.enqueue(Greet, { name: 'Ada' });
    const good = await jobs.enqueue(Greet, { name: 'Grace' });
    await withClient(test.url, (client) =>
      client.query(`update ${test.name}.job set payload = '{"name": 1}' where id = $1`, [bad.id]),
    );
    const { code, stdout } = await runCli(['worker', '--once'], { cwd: SHOP, env });
    expect(code).toBe(0);
    expect(jsonLines(stdout)).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: 'job failed for good',
        job_id: bad.id,
        error: expect.objectContaining({
          code: 'PAYLOAD_INVALID',
          message: expect.stringContaining('name: must be a string'),
        }),
      }),
    );
    expect((await jobs.get(good.id))?.state).toBe('completed');
  });

  it('serves the bundled handlers in the repository itself', async () => {
    const variables = { DATABASE_URL: test.applicationUrl, ROWLOCK_SCHEMA: test.name, PGAPPNAME: test.name };
    const { code, stdout, stderr } = await runCli(['worker', '--once'], { env: variables });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const started = jsonLines(stdout).find(({ message }) => message === 'worker started');
    expect(started?.['job_types']).toEqual(expect.arrayContaining(['scrape-page', 'process-image', 'store-page']));
  });
});

describe('a worker that cannot start says what happened and what to do, and ends', () => {
  const HANDLER = `${IMPORTS} export const Greet = defineHandler({ name: 'greet', payload: NoPayload, handle() {} });`;

  /** Starts a worker in a folder with these files. */
  async function attempt(
    files: Readonly<Record<string, string>>,
    args: readonly string[] = [],
    variables: Record<string, string> = {},
  ) {
    const folder = await makeApplicationFolder(files);
    try {
      const result = await runCli(['worker', ...args], {
        cwd: folder.path,
        env: { DATABASE_URL: test.applicationUrl, ROWLOCK_SCHEMA: test.name, PGAPPNAME: test.name, ...variables },
      });
      return { ...result, stderr: result.stderr.replaceAll(folder.path, '.') };
    } finally {
      await folder.remove();
    }
  }

  it('with 4 if the schema is missing, ahead, or the database away', async () => {
    const files = { 'handlers/greet.js': HANDLER };
    const missing = await attempt(files, ['--schema', `${test.name}_none`]);
    expect(missing).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(/_none" is not there: .*Run `rowlock migrate up`\./),
    });
    await withClient(test.url, (client) =>
      client.query(`insert into ${test.name}.migration values ('Later1999999999999', now())`),
    );
    const ahead = await attempt(files);
    expect(ahead).toMatchObject({ code: 4, stderr: expect.stringMatching(/is ahead .*Upgrade the rowlock package/) });
    const away = await attempt(files, ['--database-url', 'postgresql://me:hunter2@127.0.0.1:1/shop']);
    expect(away).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/PostgreSQL at 127\.0\.0\.1:1\/shop cannot be reached: .*Check DATABASE_URL/),
    });
    expect(away.stderr).not.toContain('hunter2');
  });

  it('with 2 if there are no handlers', async () => {
    const [missing, empty] = await Promise.all([
      attempt({}, ['--handlers', 'dist/handlers']),
      attempt({ 'handlers/nothing.js': 'export const nothing = 1;' }),
    ]);
    const unreadable = /folder of handlers \.\/dist\/handlers cannot be read: .*Make it, or name another/;
    expect(missing).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(unreadable) });
    expect(empty).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('exports no handler') });
  });

  it('with 2 if an option, a variable or ormconfig is not valid', async () => {
    const files = { 'handlers/greet.js': HANDLER };
    const results = await Promise.all([
      attempt(files, ['--concurrency', 'many']),
      attempt(files, [], { ROWLOCK_LEASE: '30' }),
      attempt({ ...files, 'ormconfig.js': 'export const url = 1;' }),
    ]);
    const problems = [
      '--concurrency must be a whole number from 1 to 10000, not "many"',
      'worker option lease: "30" is no duration',
      'ormconfig.js exports no DataSource. Export exactly one',
    ];
    expect(results).toEqual(
      problems.map((problem) => ({ code: 2, stdout: '', stderr: expect.stringContaining(problem) })),
    );
  });

  it('with 1 if a handler is missing, or cannot be constructed', async () => {
    const [missing, unbound] = await Promise.all([
      attempt({
        'handlers/ingest.js': `${HANDLER}
          const Hidden = defineHandler({ name: 'hidden', payload: NoPayload, handle() {} });
          export const ingest = pipeline('ingest', { input: NoPayload }).step('first', Hidden).build();`,
      }),
      attempt({
        'handlers/greet.js': `${IMPORTS} class Mailer {}
          export const Greet = defineHandler({ name: 'greet', payload: NoPayload, inject: [Mailer], handle() {} });`,
      }),
    ]);
    const notRegistered = /Pipeline "ingest" has handlers that are not registered: step "first".*Pass these classes/;
    expect(missing).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(notRegistered) });
    const unbindable = /job "greet" cannot be constructed: .*Mailer.*Bind what/;
    expect(unbound).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(unbindable) });
  });

  it('with 2 if the port of its probes is taken', async () => {
    const { server, port } = await listen();
    const result = await attempt({ 'handlers/greet.js': HANDLER }, ['--probe-port', String(port)]);
    await new Promise((resolve) => server.close(resolve));
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('EADDRINUSE') });
  });
});
