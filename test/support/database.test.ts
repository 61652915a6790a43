import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestSchema, testDatabaseUrl, withClient } from './database.js';

const exists = (name: string) =>
  withClient(testDatabaseUrl(), async (client) => {
    const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [name]);
    return rowCount === 1;
  });

describe('createTestSchema', () => {
  it('makes a schema that a DataSource works in, and drops both', async () => {
    const schema = await createTestSchema();
    const dataSource = await schema.open();
    await dataSource.query(`create table ${schema.name}.thing ()`);
    expect(await exists(schema.name)).toBe(true);
    await schema.drop();
    expect(dataSource.isInitialized).toBe(false);
    expect(await exists(schema.name)).toBe(false);
  });

  it('fails a test that leaves a session behind, naming its last statement', async () => {
    const schema = await createTestSchema();
    const leak = new pg.Client({ connectionString: schema.url, application_name: schema.name });
    leak.on('error', () => undefined);
    await leak.connect();
    await leak.query('select 42 as forgotten');
    await expect(schema.drop()).rejects.toThrow('select 42 as forgotten');
    expect(await exists(schema.name)).toBe(false);
  });
});
