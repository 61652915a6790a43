import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Ledger } from './ledger.js';
import type { SchemaChange } from './released.js';

/** A migration as TypeORM wants it. */
export type MigrationClass = new () => MigrationInterface;

/**
 * A change for one schema that keeps the ledger: it does nothing where it was made before, and two processes that make
 * it at once make it once. So `rowlock migrate` and an application's own DataSource can follow each other.
 */
export function recorded(change: SchemaChange, schema: string): MigrationClass {
  const { name } = change;
  const ledger = new Ledger(schema);
  const isApplied = async (runner: QueryRunner): Promise<boolean> =>
    (await ledger.applied(runner)).some((applied) => applied.name === name);

  const migration = class extends change {
    override readonly schema = schema;

    override up(runner: QueryRunner): Promise<void> {
      return inTransaction(runner, async () => {
        await ledger.lock(runner);
        await ledger.prepare(runner);
        if (await isApplied(runner)) return;
        await super.up(runner);
        await ledger.record(runner, name);
      });
    }

    override down(runner: QueryRunner): Promise<void> {
      return inTransaction(runner, async () => {
        await ledger.lock(runner);
        if (!(await isApplied(runner))) return;
        await super.down(runner);
        await ledger.forget(runner, name);
      });
    }
  };
  // TypeORM takes the version from the digits at the end of the name.
  return Object.defineProperty(migration, 'name', { value: name });
}

/** TypeORM has begun one, unless the application chose `migrationsTransactionMode: 'none'`. */
async function inTransaction(runner: QueryRunner, work: () => Promise<void>): Promise<void> {
  if (runner.isTransactionActive) return work();
  await runner.startTransaction('READ COMMITTED');
  try {
    await work();
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  }
}
