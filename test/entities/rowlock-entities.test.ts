import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DataSource } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { entitiesIn, entityIn, JobEntity, JobHistoryEntity, rowlockEntities } from '../../entities/index.js';
import { migrationsIn } from '../../migrations/index.js';
import type { CatalogColumn } from '../support/catalog.js';
import { catalogColumns } from '../support/catalog.js';
import type { TestSchema } from '../support/database.js';
import { createTestSchema, withClient } from '../support/database.js';

describe.each([
  ['a schema with a plain name', (test: string) => test],
  ['a schema with a nasty name', (test: string) => `${test} "Bad" Schema's 1`],
])('the entities in %s', (_, named) => {
  let test: TestSchema;
  let schema: string;
  let dataSource: DataSource;

  beforeAll(async () => {
    test = await createTestSchema();
    schema = named(test.name);
    dataSource = await test.open({ entities: entitiesIn(schema), migrations: [...migrationsIn(schema)] });
    await dataSource.runMigrations();
  });

  afterAll(async () => {
    await test.drop();
    await withClient(test.url, (client) =>
      client.query(`drop schema if exists "${schema.replaceAll('"', '""')}" cascade`),
    );
  });

  it('say of every column of every table what the catalog says', async () => {
    const described = dataSource.entityMetadatas.flatMap((entity) => entity.columns.map(describeColumn(dataSource)));
    const inCatalog = await catalogColumns(dataSource, schema);
    const ofRowlock = inCatalog.filter(({ table }) => table !== 'migrations');
    expect(sorted(described)).toEqual(sorted(ofRowlock));
  });

  it('are for that schema, and left alone by schema synchronisation', async () => {
    expect(new Set(dataSource.entityMetadatas.map((entity) => entity.schema))).toEqual(new Set([schema]));
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries).toEqual([]);
  });

  it('write a job and read it back', async () => {
    const jobs = dataSource.getRepository(entityIn(JobEntity, schema));
    const id = '0198c0de-0000-7000-8000-000000000001';
    const createdAt = new Date('2026-01-02T03:04:05Z');
    await jobs.insert({
      id,
      name: 'greet',
      queue: 'default',
      priority: 5,
      payload: { who: 'me' },
      maxAttempts: 3,
      createdAt,
    });
    expect(await jobs.findOneByOrFail({ id })).toMatchObject({
      seq: expect.stringMatching(/^\d+$/),
      payload: { who: 'me' },
      attempt: 0,
      tags: [],
      tenant: '',
      keepMs: null,
      createdAt,
      token: null,
    });
  });
});

describe('entityIn', () => {
  it('gives the class itself for its own schema, and one class for each other', () => {
    expect(entityIn(JobEntity, 'rowlock')).toBe(JobEntity);
    expect(entitiesIn('rowlock')).toEqual(rowlockEntities);
    const elsewhere = entityIn(JobEntity, 'elsewhere');
    expect(elsewhere).not.toBe(JobEntity);
    expect(elsewhere).toBe(entityIn(JobEntity, 'elsewhere'));
    expect(elsewhere.name).toBe('JobEntity');
    expect(entityIn(JobHistoryEntity, 'elsewhere')).not.toBe(elsewhere);
  });

  it('refuses a class that is no entity', () => {
    expect(() => entityIn(class Stranger {}, 'elsewhere')).toThrow('Stranger is none of Rowlock');
  });
});

function describeColumn(dataSource: DataSource) {
  return (column: ColumnMetadata): CatalogColumn => ({
    table: column.entityMetadata.tableName,
    name: column.databaseName,
    type:
      CATALOG_NAMES[dataSource.driver.normalizeType(column)] ??
      `${dataSource.driver.normalizeType(column)}${column.isArray ? '[]' : ''}`,
    nullable: column.isNullable,
    hasDefault: column.default !== undefined || column.isGenerated,
    primary: column.isPrimary,
  });
}

/** The catalog writes some types out in full. */
const CATALOG_NAMES: Readonly<Record<string, string>> = { timestamptz: 'timestamp with time zone' };

function sorted(columns: readonly CatalogColumn[]): readonly CatalogColumn[] {
  const key = ({ table, name }: CatalogColumn): string => `${table}.${name}`;
  return columns.toSorted((a, b) => key(a).localeCompare(key(b)));
}
