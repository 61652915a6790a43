import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { Migrator } from '../../src/container/migrator.js';
import { Database } from '../../src/repositories/database.js';
import type { Statement } from '../../src/repositories/statement.js';
import { ROOT } from '../support/cli.js';
import { createTestSchema, withClient, type TestSchema } from '../support/database.js';

type AnyStatement = Statement<readonly unknown[], unknown>;

let test: TestSchema;
let schema: string;

beforeAll(async () => {
  test = await createTestSchema();
  schema = `${test.name} "Bad" Schema's 1`;
  await new Migrator(test.options(), schema).up();
});

afterAll(async () => {
  await withClient(test.url, (client) => client.query(`drop schema ${pg.escapeIdentifier(schema)} cascade`));
  await test.drop();
});

const folder = path.join(ROOT, 'src/repositories/sql');
const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));

const isStatement = (value: unknown): value is AnyStatement =>
  typeof value === 'object' && value !== null && 'name' in value && 'render' in value;

/** The statements that a file exports, by themselves or in a list. */
async function statementsOf(file: string): Promise<AnyStatement[]> {
  const exported = Object.values((await import(path.join(folder, file))) as Record<string, unknown>);
  return exported.flatMap((value) => value).filter(isStatement);
}

describe('every statement', () => {
  it.each(files)('of %s can be planned by PostgreSQL in a schema of any name, and tells its own', async (file) => {
    const exported = await statementsOf(file);
    const database = new Database(await test.open(), schema);
    await withClient(test.url, async (client) => {
      for (const statement of exported) {
        const { name } = statement;
        const { text } = database.rendered(statement);
        expect(text).toContain(`/* rowlock:${name} */`);
        await expect(client.query(`prepare ${pg.escapeIdentifier(name)} as ${text}`)).resolves.toBeDefined();
      }
    });
  });

  it('has a name of its own', async () => {
    const statements = new Set((await Promise.all(files.map(statementsOf))).flat());
    const names = [...statements].map(({ name }) => name);
    expect(names.length).toBeGreaterThan(30);
    expect(new Set(names).size).toBe(names.length);
  });
});
