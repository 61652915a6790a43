import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Migrator } from '../../src/container/migrator.js';
import { runCli } from '../support/cli.js';
import { createTestSchema, withClient, type TestSchema } from '../support/database.js';

// Each command is a process that loads its sources anew, and a busy machine takes its time.
jest.setTimeout(120_000);

let test: TestSchema;
let env: Record<string, string>;

beforeEach(async () => {
  test = await createTestSchema();
  env = { ROWLOCK_DATABASE_URL: test.applicationUrl, ROWLOCK_SCHEMA: test.name, PGAPPNAME: test.name };
});

afterEach(() => test.drop());

const verify = (...args: string[]) => runCli(['verify', ...args], { env });
const damage = (): Promise<unknown> =>
  withClient(test.url, (client) =>
    client.query(
      `insert into ${test.name}.unique_key (name, key, job_id, scope)
       select 'greet', 'key ' || n, gen_random_uuid(), 'unfinished' from generate_series(1, 3) n`,
    ),
  );

describe('rowlock verify', () => {
  it('ends with 0 if all is well, with 1 and what is not otherwise', async () => {
    await new Migrator(test.options(), test.name).up();
    const [fine, json] = await Promise.all([verify(), verify('--json')]);
    expect(fine).toMatchObject({ code: 0, stdout: expect.stringContaining('All invariants hold'), stderr: '' });
    expect(json.code).toBe(0);
    expect(JSON.parse(json.stdout)).toEqual({ schema: test.name, findings: [] });
    await damage();
    const [found, listed] = await Promise.all([verify('--examples', '2'), verify('--json')]);
    expect(found).toMatchObject({ code: 1, stderr: '' });
    expect(found.stdout).toMatch(
      /An invariant does not hold in schema "test_.*unique-key-has-its-job: .* Not so of 3:/s,
    );
    expect(found.stdout).toMatch(/\n {2}key 1 {2}the unique key of greet .*\n {2}key 2 .*\n {2}… and 1 more\n/);
    expect(listed.code).toBe(1);
    expect(JSON.parse(listed.stdout)).toMatchObject({
      findings: [{ invariant: 'unique-key-has-its-job', total: 3, violations: [{ id: 'key 1' }, {}, {}] }],
    });
  });

  it('ends with 2 or 4 if it cannot tell', async () => {
    const missing = verify();
    const refused = Promise.all([verify('--settle-time', 'soon'), verify('--examples', '0')]);
    expect(await missing).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('rowlock migrate up') });
    for (const result of await refused) expect(result).toMatchObject({ code: 2, stdout: '' });
    await new Migrator(test.options(), test.name).up();
    await withClient(test.url, async (client) => {
      await client.query(`begin; lock table ${test.name}.job in access exclusive mode`);
      expect(await verify('--statement-timeout', '200ms', '--json')).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining('VERIFICATION_TIMEOUT'),
      });
    });
  });
});
