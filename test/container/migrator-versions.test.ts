import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { released } from '../../migrations/released.js';
import type { Migrator as MigratorType } from '../../src/container/migrator.js';
import { createTestSchema, type TestSchema } from '../support/database.js';
import { rejectionOf } from '../support/rejection.js';

/** A change that a later version may bring. */
class Colours1899999999999 implements MigrationInterface {
  readonly schema: string = 'rowlock';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table "${this.schema}".colour (name text)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table "${this.schema}".colour`);
  }
}

const FIRST = 'Jobs1795305600000';
const SECOND = 'Colours1899999999999';

const { Migrator: Old } = await import('../../src/container/migrator.js');
jest.resetModules();
jest.unstable_mockModule('../../migrations/released.js', () => ({ released: [...released, Colours1899999999999] }));
const { Migrator: New } = await import('../../src/container/migrator.js');

let test: TestSchema;
let oldVersion: MigratorType;
let newVersion: MigratorType;

beforeEach(async () => {
  test = await createTestSchema();
  oldVersion = new Old(test.options(), test.name);
  newVersion = new New(test.options(), test.name);
});

afterEach(() => test.drop());

describe('two versions on one schema', () => {
  it('tells the new one that the schema is behind, and what it lacks', async () => {
    await oldVersion.up();
    const error = await rejectionOf(newVersion.check());
    expect(error).toMatchObject({
      code: 'SCHEMA_VERSION',
      message: expect.stringMatching(/is behind .*Colours1899999999999.*rowlock migrate up/),
    });
    expect(await newVersion.up()).toEqual([SECOND]);
    await newVersion.check();
  });

  it('F-33 tells the old one that the schema is ahead', async () => {
    expect(await newVersion.up()).toEqual([FIRST, SECOND]);
    expect(await rejectionOf(oldVersion.check())).toMatchObject({
      code: 'SCHEMA_VERSION',
      message: expect.stringContaining('is ahead'),
    });
  });

  it('goes down one migration at a time', async () => {
    await newVersion.up();
    expect(await newVersion.down()).toBe(SECOND);
    await oldVersion.check();
    expect(await newVersion.down()).toBe(FIRST);
    expect(await newVersion.down()).toBeNull();
  });

  it('prints the statements of a part of the way', async () => {
    expect(await newVersion.sql({ from: FIRST })).toEqual([
      `create table "${test.name}".colour (name text)`,
      `insert into "${test.name}".migration (name, applied_at) values ('${SECOND}', now())`,
    ]);
    expect(await newVersion.sql({ from: SECOND, to: FIRST })).toEqual([
      `drop table "${test.name}".colour`,
      `delete from "${test.name}".migration where name = '${SECOND}'`,
    ]);
    expect(await newVersion.sql({ to: FIRST })).toEqual(await oldVersion.sql());
  });
});
