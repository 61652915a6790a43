import { Migrator, type MigrationStatus } from '../../container/migrator.js';
import { chooseDatabase } from '../choose-database.js';
import { defineCommand } from '../define-command.js';
import { EXIT } from '../exit-code.js';
import { textTable } from '../text-table.js';

export const migrateStatus = defineCommand({
  options: {},
  run: async (args, output) => {
    const database = await chooseDatabase(args, output);
    try {
      const migrations = await new Migrator(database.dataSource, args.schema).status();
      const table = textTable(['migration', 'applied'], migrations.map(row));
      const text = `Schema "${args.schema}" of ${database.address}\n\n${table}`;
      output.result(text, { schema: args.schema, migrations });
      return EXIT.ok;
    } finally {
      await database.close();
    }
  },
});

function row({ name, appliedAt, known }: MigrationStatus): readonly string[] {
  const when = appliedAt ? appliedAt.toISOString() : 'not yet';
  return [name, known ? when : `${when}, by a newer version of rowlock`];
}
