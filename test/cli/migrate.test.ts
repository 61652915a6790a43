import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Migrator } from '../../src/container/migrator.js';
import { IMPORTS, makeApplicationFolder } from '../support/application-folder.js';
import { runCli } from '../support/cli.js';
import { createTestSchema, withClient, type TestSchema } from '../support/database.js';

const FIRST = 'Jobs1795305600000';

// Each command is a process that loads its sources anew, and a busy machine takes its time.
jest.setTimeout(120_000);

let test: TestSchema;
let env: Record<string, string>;

beforeEach(async () => {
  test = await createTestSchema();
  env = { ROWLOCK_DATABASE_URL: test.applicationUrl, ROWLOCK_SCHEMA: test.name, PGAPPNAME: test.name };
});

afterEach(() => test.drop());

const migrate = (...args: string[]) => runCli(['migrate', ...args], { env });

describe('rowlock migrate', () => {
  it('goes up and down, and says what it did', async () => {
    const where = `schema "${test.name}" of`;
    expect(await migrate('up')).toEqual({
      code: 0,
      stdout: expect.stringContaining(`Applied ${FIRST} to ${where}`),
      stderr: '',
    });
    expect(await migrate('up')).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing to do') });
    await new Migrator(test.options(), test.name).check();
    expect(await migrate('down')).toMatchObject({ code: 0, stdout: expect.stringContaining(`Undid ${FIRST}`) });
    expect(await migrate('down')).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing to do') });
  });

  it('prints one JSON object with --json, errors too', async () => {
    expect(JSON.parse((await migrate('up', '--json')).stdout)).toEqual({ schema: test.name, applied: [FIRST] });
    const status = await migrate('status', '--json');
    expect(JSON.parse(status.stdout)).toEqual({
      schema: test.name,
      migrations: [{ name: FIRST, appliedAt: expect.stringMatching(/^\d{4}-.*Z$/), known: true }],
    });
    const failure = await migrate('status', '--json', '--schema', 'public');
    expect(failure).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(failure.stderr)).toEqual({ error: { code: 'OPTION_INVALID', message: expect.any(String) } });
  });

  it('shows which migrations were applied, and those that a newer version did', async () => {
    expect((await migrate('status')).stdout).toMatch(/Jobs1795305600000 +not yet/);
    await new Migrator(test.options(), test.name).up();
    await withClient(test.url, (client) =>
      client.query(`insert into ${test.name}.migration values ('Later1999999999999', now())`),
    );
    expect((await migrate('status')).stdout).toMatch(/Later1999999999999 +\d.*, by a newer version of rowlock/);
    const up = await migrate('up');
    expect(up).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('Upgrade the rowlock package') });
  });

  it('prints SQL that does the same, with no database at all', async () => {
    const { code, stdout } = await runCli(['migrate', 'sql', '--schema', test.name]);
    expect(code).toBe(0);
    await withClient(test.url, (client) => client.query(stdout));
    await new Migrator(test.options(), test.name).check();
    expect(await runCli(['migrate', 'sql', '--from', FIRST])).toMatchObject({ code: 0, stdout: '-- Nothing to do.\n' });
    const unknown = await runCli(['migrate', 'sql', '--to', 'Nonsense']);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining(FIRST) });
  });

  it('does not lose jobs unless it is told to', async () => {
    await migrate('up');
    await withClient(test.url, (client) =>
      client.query(
        `insert into ${test.name}.job (id, name, queue, priority, payload, max_attempts, created_at)
           values (gen_random_uuid(), 'greet', 'mail', 5, '{}', 1, now())`,
      ),
    );
    expect(await migrate('down')).toMatchObject({ code: 1, stderr: expect.stringContaining('--lose-jobs') });
    expect(await migrate('down', '--lose-jobs')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`Undid ${FIRST}`),
    });
  });

  it('says that the database cannot be reached, where it looked, and never the password', async () => {
    const result = await runCli(['migrate', 'up', '--database-url', 'postgresql://me:hunter2@127.0.0.1:1/shop']);
    expect(result).toEqual({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(
        /^rowlock: PostgreSQL at 127\.0\.0\.1:1\/shop cannot be reached: .*ECONNREFUSED.*\n$/,
      ),
    });
    expect(result.stderr).not.toContain('hunter2');
  });
});

describe('the command line', () => {
  it('is refused with exit code 2 if it is not understood, and what is wrong is said', async () => {
    const mistakes: Record<string, string> = {
      '': 'Say which command',
      migrat: 'Did you mean migrate?',
      migrate: 'Say which: up, down, status, sql.',
      'migrate up --shema x': 'Unknown argument: shema.',
      'migrate up --schema': 'Not enough arguments following: schema.',
      'migrate up --database-url nonsense': '--database-url (or ROWLOCK_DATABASE_URL) is no URL',
    };
    const results = await Promise.all(
      Object.keys(mistakes).map((line) => runCli(line.split(' ').filter((word) => word !== ''))),
    );
    const expected = Object.values(mistakes).map((message) => ({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(`rowlock: ${message}`),
    }));
    expect(results).toEqual(expected);
  });

  it('prints help and version to standard output', async () => {
    const [help, version] = await Promise.all([runCli(['migrate', '--help']), runCli(['--version'])]);
    expect(help).toEqual({ code: 0, stdout: expect.stringContaining('rowlock migrate sql'), stderr: '' });
    expect(version).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
  });
});

describe('which database and schema', () => {
  const NOWHERE = 'postgresql://127.0.0.1:1';

  it('a flag goes before ROWLOCK_*, that before ormconfig and package.json, those before DATABASE_URL', async () => {
    const ormconfig = `${IMPORTS} export default new DataSource({ type: 'postgres', url: '${NOWHERE}/from-ormconfig' });`;
    const folder = await makeApplicationFolder({
      'ormconfig.js': ormconfig,
      'package.json': '{"type":"module","rowlock":{"schema":"from_package"}}',
    });
    try {
      const status = async (args: string[], variables: Record<string, string>): Promise<string> =>
        (await runCli(['migrate', 'status', ...args], { cwd: folder.path, env: variables })).stderr;
      const databases = { DATABASE_URL: `${NOWHERE}/from-environment` };
      const own = { ...databases, ROWLOCK_DATABASE_URL: `${NOWHERE}/from-variable` };
      const flag = ['--database-url', `${NOWHERE}/from-flag`];
      const looked = await Promise.all([status([], databases), status([], own), status(flag, own)]);
      const names = ['from-ormconfig', 'from-variable', 'from-flag'];
      expect(looked).toEqual(names.map((name) => expect.stringContaining(`127.0.0.1:1/${name} `)));
      const { stdout } = await runCli(['migrate', 'sql', '--json'], { cwd: folder.path });
      expect(JSON.parse(stdout)).toMatchObject({ schema: 'from_package' });
    } finally {
      await folder.remove();
    }
  });

  it('DATABASE_URL or PG* are taken if ormconfig names none', async () => {
    const folder = await makeApplicationFolder({
      'ormconfig.mjs': `${IMPORTS} export const dataSource = new DataSource({ type: 'postgres', url: undefined });`,
    });
    try {
      const { stderr } = await runCli(['migrate', 'status'], {
        cwd: folder.path,
        env: { DATABASE_URL: `${NOWHERE}/plain` },
      });
      expect(stderr).toContain('/plain');
      const parts = { PGHOST: '127.0.0.1', PGPORT: '1', PGDATABASE: 'parts' };
      expect((await runCli(['migrate', 'status'], { cwd: folder.path, env: parts })).stderr).toContain(
        '127.0.0.1:1/parts',
      );
    } finally {
      await folder.remove();
    }
  });

  it('in production, none at all is a mistake', async () => {
    const folder = await makeApplicationFolder({});
    try {
      const result = await runCli(['migrate', 'up'], { cwd: folder.path, env: { NODE_ENV: 'production' } });
      expect(result).toEqual({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining('No database is named. Set DATABASE_URL'),
      });
    } finally {
      await folder.remove();
    }
  });
});
