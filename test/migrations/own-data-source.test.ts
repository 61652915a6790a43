import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { migrations, migrationsIn } from '../../migrations/index.js';
import { Migrator } from '../../src/container/migrator.js';
import { catalogShape } from '../support/catalog.js';
import { createTestSchema, withClient, type TestSchema } from '../support/database.js';

/** A migration of an application that has Rowlock's beside its own. */
class Orders1795305600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table orders (id integer)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table orders');
  }
}

let test: TestSchema;
let schema: string;

beforeEach(async () => {
  test = await createTestSchema();
  schema = `${test.name}_jobs`;
});

afterEach(async () => {
  await test.drop();
  await withClient(test.url, (client) => client.query(`drop schema if exists ${schema} cascade`));
});

const application = (overrides: object = {}): Promise<DataSource> =>
  test.open({
    migrations: [...migrationsIn(schema), Orders1795305600001],
    extra: { options: `-c search_path=${test.name}` },
    ...overrides,
  });

const migrator = (): Migrator => new Migrator(test.options(), schema);

describe('the exported migrations in a DataSource of the application', () => {
  it('have names that TypeORM takes the version from', () => {
    expect(migrations.map(({ name }) => name)).toEqual(['Jobs1795305600000']);
    expect(migrationsIn('elsewhere').map(({ name }) => name)).toEqual(['Jobs1795305600000']);
  });

  it.each(['all', 'each', 'none'] as const)(
    'run beside its own, in transaction mode %s, and are known to a check',
    async (mode) => {
      const dataSource = await application({ migrationsTransactionMode: mode });
      const ran = await dataSource.runMigrations();
      expect(ran.map(({ name }) => name)).toEqual(['Jobs1795305600000', 'Orders1795305600001']);
      await migrator().check();
      expect(await dataSource.showMigrations()).toBe(false);
    },
  );

  it('go down again with its own, and leave nothing in the schema', async () => {
    const dataSource = await application();
    await dataSource.runMigrations();
    await dataSource.undoLastMigration();
    await dataSource.undoLastMigration();
    expect(await catalogShape(dataSource, schema)).toEqual([]);
  });

  it('find what `rowlock migrate up` has done already, and the reverse', async () => {
    await migrator().up();
    const dataSource = await application();
    await dataSource.runMigrations();
    expect(await migrator().up()).toEqual([]);
    await migrator().check();
  });

  it('leave the ledger of the application to the application', async () => {
    const dataSource = await application();
    await dataSource.runMigrations();
    await migrator().down();
    const rows: unknown = await dataSource.query(`select name from ${test.name}.migrations order by name`);
    expect(rows).toEqual([{ name: 'Jobs1795305600000' }, { name: 'Orders1795305600001' }]);
    expect(await catalogShape(dataSource, test.name)).toContain('relation r orders ');
  });

  it('make the tables once when two processes run them at once', async () => {
    const migrations = [...migrationsIn(schema)];
    const processes = await Promise.all(
      ['one', 'another'].map((ledger) => test.open({ migrations, migrationsTableName: ledger })),
    );
    await Promise.all(processes.map((dataSource) => dataSource.runMigrations()));
    await migrator().check();
  });
});
