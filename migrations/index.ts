import type { MigrationInterface } from 'typeorm';
import { Jobs1795305600000 } from './1795305600000-jobs.js';

type MigrationClass = new () => MigrationInterface;

/**
 * Rowlock's migrations in their order, for the schema `rowlock`. Add them to your own DataSource, or let
 * `rowlock migrate up` run them.
 * @example new DataSource({ …, migrations: [...migrations, 'dist/migrations/*.js'] })
 */
export const migrations: readonly MigrationClass[] = [Jobs1795305600000];

/**
 * The same migrations for a schema of another name.
 * @example new DataSource({ …, migrations: [...migrationsIn('background'), 'dist/migrations/*.js'] })
 */
export function migrationsIn(schema: string): readonly MigrationClass[] {
  return migrations.map((migration) => {
    const named = class extends migration {
      readonly schema = schema;
    };
    // TypeORM takes the version from the digits at the end of the name.
    return Object.defineProperty(named, 'name', { value: migration.name });
  });
}
