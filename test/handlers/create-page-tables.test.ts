import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { handlerEntities, handlerMigrations } from '../../handlers/index.js';
import { createTestSchema, withClient, type TestSchema } from '../support/database.js';

const tables = { entities: [...handlerEntities], migrations: [...handlerMigrations] };

describe('the migrations of the bundled handlers', () => {
  let schema: TestSchema;
  beforeEach(async () => (schema = await createTestSchema()));
  afterEach(() => schema.drop());

  it('make exactly what the entities describe', async () => {
    const dataSource = await schema.open(tables);
    await dataSource.runMigrations();
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('go down again, leaving nothing but TypeORM’s own table', async () => {
    const dataSource = await schema.open(tables);
    await dataSource.runMigrations();
    await dataSource.undoLastMigration();
    const left = await dataSource.query<{ tablename: string }[]>(
      'select tablename from pg_tables where schemaname = $1',
      [schema.name],
    );
    expect(left.map(({ tablename }) => tablename)).toEqual(['migrations']);
  });

  it('work where the session’s search_path, not the DataSource, names the schema', async () => {
    const dataSource = new DataSource({
      ...schema.options(tables),
      schema: undefined,
      extra: { options: `-c search_path=${schema.name}` },
    });
    await dataSource.initialize();
    try {
      await dataSource.runMigrations();
      const rows = await withClient(schema.url, (client) =>
        client.query('select 1 from pg_tables where schemaname = $1 and tablename = $2', [schema.name, 'scraped_page']),
      );
      expect(rows.rowCount).toBe(1);
    } finally {
      await dataSource.destroy();
    }
  });

  it('carry their order in their name, as TypeORM wants', () => {
    for (const { name } of handlerMigrations) expect(name).toMatch(/\d{13}$/);
  });
});
