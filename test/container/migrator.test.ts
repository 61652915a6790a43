import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { Migrator } from '../../src/container/migrator.js';
import { catalogShape } from '../support/catalog.js';
import { createTestSchema, withClient, type TestSchema } from '../support/database.js';
import { listen } from '../support/listen.js';
import { rejectionOf } from '../support/rejection.js';

const FIRST = 'Jobs1795305600000';

let test: TestSchema;

beforeEach(async () => {
  test = await createTestSchema();
});

afterEach(() => test.drop());

const migrator = (overrides: Partial<DataSourceOptions> = {}, schema = test.name): Migrator =>
  new Migrator(test.options(overrides as object), schema);

const query = async <Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> =>
  withClient(test.url, async (client) => (await client.query<Row>(text, values)).rows);

const drop = (schema: string): Promise<unknown> =>
  query(`drop schema if exists ${pg.escapeIdentifier(schema)} cascade`);

const partitions = async (schema: string): Promise<string[]> => {
  const rows = await query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = (select oid from pg_namespace where nspname = $1)
       and relname ~ '^job_history_[0-9]{8}$' order by 1`,
    [schema],
  );
  return rows.map(({ name }) => name);
};

describe('up, down and status', () => {
  it('go up, down and up again, and leave an empty schema in between', async () => {
    const dataSource = await test.open();
    expect(await migrator().status()).toEqual([{ name: FIRST, appliedAt: null, known: true }]);
    expect(await migrator().up()).toEqual([FIRST]);
    const shape = await catalogShape(dataSource, test.name);
    expect(await migrator().status()).toEqual([{ name: FIRST, appliedAt: expect.any(Date), known: true }]);
    expect(await migrator().up()).toEqual([]);
    expect(await migrator().down()).toBe(FIRST);
    expect(await catalogShape(dataSource, test.name)).toEqual([]);
    expect(await migrator().down()).toBeNull();
    expect(await migrator().up()).toEqual([FIRST]);
    expect(await catalogShape(dataSource, test.name)).toEqual(shape);
  });

  it('make the history partitions of today and of the nine days to come', async () => {
    await migrator().up();
    const [row] = await query<{ today: string }>(`select to_char(now() at time zone 'UTC', 'YYYYMMDD') as today`);
    const made = await partitions(test.name);
    expect(made).toHaveLength(10);
    expect(made[0]).toBe(`job_history_${row?.today}`);
  });

  it('work through a DataSource that is initialised, and leave it alone', async () => {
    const dataSource = await test.open();
    await new Migrator(dataSource, test.name).up();
    expect(dataSource.isInitialized).toBe(true);
    await new Migrator(dataSource, test.name).check();
  });

  it('F-34 are safe when ten processes do it at once, in a schema that none of them has made', async () => {
    const schema = `${test.name}_new`;
    try {
      const applied = await Promise.all(Array.from({ length: 10 }, () => migrator({}, schema).up()));
      expect(applied.filter((names) => names.length > 0)).toEqual([[FIRST]]);
      expect(await partitions(schema)).toHaveLength(10);
      await migrator({}, schema).check();
    } finally {
      await drop(schema);
    }
  });

  it('take a schema with a nasty name', async () => {
    const schema = `${test.name} Bad "Schema" 1; it's -- $1`;
    try {
      await migrator({}, schema).up();
      await migrator({}, schema).check();
      expect(await partitions(schema)).toHaveLength(10);
      expect(await migrator({}, schema).down()).toBe(FIRST);
    } finally {
      await drop(schema);
    }
  });

  it('refuse the schema public, and names that PostgreSQL would cut', () => {
    expect(() => migrator({}, 'public')).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    expect(() => migrator({}, 'x'.repeat(64))).toThrow('1 to 63 bytes');
    expect(() => migrator({}, '')).toThrow('1 to 63 bytes');
  });

  it('refuse a data source that is not for PostgreSQL', () => {
    expect(() => new Migrator({ type: 'sqljs' })).toThrow('of type "sqljs"; Rowlock works on PostgreSQL');
  });

  it('do not go down over jobs, unless they are told to', async () => {
    await migrator().up();
    await query(
      `insert into ${test.name}.job (id, name, queue, priority, payload, max_attempts, created_at)
         values (gen_random_uuid(), 'greet', 'default', 5, '{}', 1, now())`,
    );
    const error = await rejectionOf(migrator().down());
    expect(error).toMatchObject({ code: 'MIGRATION_LOSES_JOBS', message: expect.stringContaining('--lose-jobs') });
    await migrator().check();
    expect(await migrator().down({ loseJobs: true })).toBe(FIRST);
  });

  it('wait for nobody for long: a table in use stops them with nothing changed', async () => {
    await migrator().up();
    await withClient(test.url, async (client) => {
      await client.query('begin');
      await client.query(`lock table ${test.name}.job in share mode`);
      const impatient = new Migrator(test.options(), test.name, { lockTimeoutMs: 50 });
      const error = await rejectionOf(impatient.down({ loseJobs: true }));
      expect(error).toMatchObject({ code: 'MIGRATION_BLOCKED', message: expect.stringContaining('pg_stat_activity') });
    });
    await migrator().check();
  });

  it('say so when another process migrates for too long', async () => {
    await withClient(test.url, async (client) => {
      await client.query('begin');
      await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`rowlock:migrate:${test.name}`]);
      const impatient = new Migrator(test.options(), test.name, { turnTimeoutMs: 50 });
      const error = await rejectionOf(impatient.up());
      expect(error).toMatchObject({ code: 'MIGRATION_BLOCKED', message: expect.stringContaining('another process') });
    });
    expect(await migrator().status()).toEqual([{ name: FIRST, appliedAt: null, known: true }]);
  });

  it('F-34 leave nothing behind when the migration fails half-way', async () => {
    await query(`create table ${test.name}.worker ()`);
    await expect(migrator().up()).rejects.toThrow('relation "worker" already exists');
    expect(await catalogShape(await test.open(), test.name)).toEqual([
      'relation r worker ',
      'type _worker',
      'type worker',
    ]);
  });
});

describe('a role without the right to create schemas', () => {
  let role: string;
  let connection: Partial<DataSourceOptions>;

  beforeEach(async () => {
    role = `role_${randomBytes(6).toString('hex')}`;
    await query(`create role ${role} login password 'a secret'`);
    const url = new URL(test.url);
    Object.assign(url, { username: role, password: 'a secret' });
    connection = { url: url.href };
  });

  afterEach(async () => {
    await query(`drop owned by ${role} cascade`);
    await query(`drop role ${role}`);
  });

  it('migrates a schema that was made for it', async () => {
    await query(`grant usage, create on schema ${test.name} to ${role}`);
    await migrator(connection).up();
    await migrator(connection).check();
    expect(await partitions(test.name)).toHaveLength(10);
    await migrator(connection).down();
  });

  it('is told what is missing if there is no schema', async () => {
    const error = await rejectionOf(migrator(connection, `${test.name}_none`).up());
    expect(error).toMatchObject({
      code: 'MIGRATION_FORBIDDEN',
      message: expect.stringContaining('rowlock migrate sql'),
    });
  });

  it('is told that it may not look, in a check', async () => {
    await migrator().up();
    const error = await rejectionOf(migrator(connection).check());
    expect(error).toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: expect.stringContaining('permission denied'),
    });
  });
});

describe('check', () => {
  it('says that the schema is missing, before and after the schema itself is there', async () => {
    for (const schema of [test.name, `${test.name}_none`]) {
      const error = await rejectionOf(migrator({}, schema).check());
      expect(error).toMatchObject({
        code: 'SCHEMA_VERSION',
        message: expect.stringMatching(/is not there: .* Run `rowlock migrate up`/),
      });
    }
  });

  it('says that the schema is ahead, and so do up and down', async () => {
    await migrator().up();
    await query(`insert into ${test.name}.migration values ('Later1999999999999', now())`);
    const ahead = { code: 'SCHEMA_VERSION', message: expect.stringMatching(/ahead .*Later1999999999999.* Upgrade/) };
    expect(await rejectionOf(migrator().check())).toMatchObject(ahead);
    expect(await rejectionOf(migrator().up())).toMatchObject(ahead);
    expect(await rejectionOf(migrator().down())).toMatchObject(ahead);
    expect(await migrator().status()).toContainEqual({
      name: 'Later1999999999999',
      appliedAt: expect.any(Date),
      known: false,
    });
  });

  it('says where an unreachable database was looked for, and never the password', async () => {
    const port = await freePort();
    const error = await rejectionOf(migrator({ url: `postgresql://me:hunter2@127.0.0.1:${port}/shop` }).check());
    expect(error).toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: expect.stringContaining(`127.0.0.1:${port}/shop`),
    });
    expect(error.message).toMatch(/ECONNREFUSED.*DATABASE_URL/);
    expect(error.message).not.toContain('hunter2');
  });

  it('says why the server does not let us in, given the parts of the address instead of a URL', async () => {
    const { hostname: host, port } = new URL(test.url);
    const parts = {
      url: undefined,
      host,
      port: Number(port),
      username: 'nobody',
      password: 'hunter2',
      database: 'nowhere',
    };
    const error = await rejectionOf(migrator(parts).check());
    expect(error).toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: expect.stringContaining(`${host}:${port}/nowhere`),
    });
    expect(error.message).not.toContain('hunter2');
  });

  it('hides a URL that cannot be read', async () => {
    const error = await rejectionOf(migrator({ url: 'postgresql://me:hunter2@host:port:1/shop' }).check());
    expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    expect(`${error.message} ${String(error.cause)} ${JSON.stringify(error.cause)}`).not.toContain('hunter2');
  });
});

describe('sql', () => {
  const run = (statements: readonly string[]): Promise<unknown> =>
    withClient(test.url, (client) => client.query(`begin;\n${statements.join(';\n')};\ncommit`));

  it('prints what up does: run by hand, it makes the same schema', async () => {
    const dataSource = await test.open();
    await migrator().up();
    const shape = await catalogShape(dataSource, test.name);
    await migrator().down();
    await run(await migrator().sql());
    expect(await catalogShape(dataSource, test.name)).toEqual(shape);
    await migrator().check();
    expect(await migrator().up()).toEqual([]);
  });

  it('prints the way down when it is asked for, and nothing for no way at all', async () => {
    await migrator().up();
    await run(await migrator().sql({ from: FIRST, to: '0' }));
    expect(await catalogShape(await test.open(), test.name)).toEqual([]);
    expect(await migrator().sql({ from: '1795305600000' })).toEqual([]);
    expect(await migrator().sql({ to: '0' })).toEqual([]);
  });

  it('needs no database', async () => {
    const offline = new Migrator({ type: 'postgres', url: 'postgresql://127.0.0.1:1/none' }, 'a "b"');
    expect((await offline.sql())[0]).toBe('create schema if not exists "a ""b"""');
  });

  it('names the migrations that there are when it is given another', async () => {
    const error = await rejectionOf(migrator().sql({ to: 'Nonsense' }));
    expect(error).toMatchObject({ code: 'OPTION_INVALID', message: expect.stringContaining(FIRST) });
  });
});

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const { server, port } = await listen();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
