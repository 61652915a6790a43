import { Migrator } from '../../container/migrator.js';
import { chooseDatabase } from '../choose-database.js';
import { defineCommand } from '../define-command.js';
import { EXIT } from '../exit-code.js';

export const migrateUp = defineCommand({
  options: {},
  run: async (args, output) => {
    const database = await chooseDatabase(args, output);
    try {
      const applied = await new Migrator(database.dataSource, args.schema).up();
      const where = `schema "${args.schema}" of ${database.address}`;
      const text =
        applied.length === 0 ? `Nothing to do: ${where} is up to date.` : `Applied ${applied.join(', ')} to ${where}.`;
      output.result(text, { schema: args.schema, applied });
      return EXIT.ok;
    } finally {
      await database.close();
    }
  },
});
