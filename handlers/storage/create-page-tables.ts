import { Table, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm';

/** The tables of `StorePage`, in the schema that the DataSource works in. */
export class CreatePageTables1795305700000 implements MigrationInterface {
  readonly name = 'CreatePageTables1795305700000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(scrapedPage(schemaOf(runner)));
    await runner.createTable(pageImage(schemaOf(runner)));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(pageImage(schemaOf(runner)));
    await runner.dropTable(scrapedPage(schemaOf(runner)));
  }
}

const text = (name: string, isNullable = false): TableColumnOptions => ({ name, type: 'text', isNullable });
const integer = (name: string): TableColumnOptions => ({ name, type: 'integer' });
const sha256 = (): TableColumnOptions => ({ name: 'sha256', type: 'char', length: '64' });

function scrapedPage(schema: string | undefined): Table {
  return new Table({
    schema,
    name: 'scraped_page',
    columns: [
      { ...text('url'), isPrimary: true, primaryKeyConstraintName: 'scraped_page_pkey' },
      text('title', true),
      text('description', true),
      text('canonical', true),
      text('excerpt'),
      { name: 'links', type: 'jsonb' },
      integer('bytes'),
      sha256(),
      { name: 'scraped_at', type: 'timestamptz', precision: 3 },
    ],
  });
}

function pageImage(schema: string | undefined): Table {
  const key = { isPrimary: true, primaryKeyConstraintName: 'page_image_pkey' };
  return new Table({
    schema,
    name: 'page_image',
    columns: [
      { ...text('page_url'), ...key },
      { ...sha256(), ...key },
      integer('position'),
      text('url'),
      text('alt'),
      text('format'),
      integer('width'),
      integer('height'),
      integer('bytes'),
      { name: 'variants', type: 'jsonb' },
    ],
    foreignKeys: [
      {
        name: 'page_image_page_url_fkey',
        columnNames: ['page_url'],
        referencedSchema: schema,
        referencedTableName: 'scraped_page',
        referencedColumnNames: ['url'],
        onDelete: 'CASCADE',
      },
    ],
  });
}

/** Without one, the session's search_path decides, as it does for the entities. */
function schemaOf(runner: QueryRunner): string | undefined {
  const { options } = runner.dataSource;
  return 'schema' in options ? options.schema : undefined;
}
