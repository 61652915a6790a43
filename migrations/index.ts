import type { MigrationClass } from './recorded.js';
import { recorded } from './recorded.js';
import { released } from './released.js';

export type { MigrationClass };

/**
 * Rowlock's migrations in their order, for the schema `rowlock`. Add them to your own DataSource, or let
 * `rowlock migrate up` run them; to do both does no harm, each is made once.
 * @example new DataSource({ …, migrations: [...migrations, 'dist/migrations/*.js'] })
 */
export const migrations: readonly MigrationClass[] = migrationsIn('rowlock');

/**
 * The same migrations for a schema of another name, which is made if it is not there.
 * @example new DataSource({ …, migrations: [...migrationsIn('background'), 'dist/migrations/*.js'] })
 */
export function migrationsIn(schema: string): readonly MigrationClass[] {
  return released.map((change) => recorded(change, schema));
}
