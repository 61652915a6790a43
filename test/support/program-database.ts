import { afterEach, beforeEach } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { Migrator } from '../../src/index.js';
import { createTestSchema, type TestSchema } from './database.js';

/**
 * A migrated database for each test of a program that is written as its readers would write it: its tables, and those
 * of Rowlock, are in a schema of the test's own, of which the program knows nothing.
 * @returns what gives the program's data source
 */
export function useProgramDatabase(): () => DataSource {
  const { ROWLOCK_SCHEMA } = process.env;
  let schema: TestSchema;
  let dataSource: DataSource;

  beforeEach(async () => {
    schema = await createTestSchema();
    process.env['ROWLOCK_SCHEMA'] = schema.name;
    dataSource = await schema.open({ extra: { options: `-c search_path=${schema.name}` } });
    await new Migrator(dataSource, schema.name).up();
  });

  afterEach(async () => {
    if (ROWLOCK_SCHEMA === undefined) delete process.env['ROWLOCK_SCHEMA'];
    else process.env['ROWLOCK_SCHEMA'] = ROWLOCK_SCHEMA;
    await schema.drop();
  });

  return () => dataSource;
}
