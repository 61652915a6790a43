import type { MigrationInterface } from 'typeorm';
import { PageImage } from '../entities/page-image.js';
import { ScrapedPage } from '../entities/page.js';
import { CreatePageTables1795305700000 } from './storage/create-page-tables.js';

/** The entities of the bundled handlers, for the `entities` of a DataSource. */
export const handlerEntities: readonly (new () => object)[] = [ScrapedPage, PageImage];

/**
 * The migrations of the bundled handlers, for the `migrations` of a DataSource. Their tables are made in the schema of
 * that DataSource; Rowlock's own migrations do not know them.
 * @example new DataSource({ …, entities: [...handlerEntities], migrations: [...migrations, ...handlerMigrations] })
 */
export const handlerMigrations: readonly (new () => MigrationInterface)[] = [CreatePageTables1795305700000];
