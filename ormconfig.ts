import { DataSource } from 'typeorm';
import { rowlockEntities } from './entities/index.js';
import { handlerEntities, handlerMigrations } from './handlers/handler-tables.js';
import { migrations } from './migrations/index.js';
import { readDatabaseEnvironment } from './src/dev/index.js';

/**
 * The one DataSource that the TypeORM CLI and `npm run worker` load: the database of DATABASE_URL or PG*. With neither
 * set, `npm run worker` and `npm run migrate` point it at a development server that they start.
 */
export default new DataSource({
  type: 'postgres',
  url: readDatabaseEnvironment(process.env),
  entities: [...rowlockEntities, ...handlerEntities],
  migrations: [...migrations, ...handlerMigrations],
});
