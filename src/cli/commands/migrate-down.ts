import { Migrator } from '../../container/migrator.js';
import { chooseDatabase } from '../choose-database.js';
import { defineCommand } from '../define-command.js';
import { EXIT } from '../exit-code.js';

export const migrateDown = defineCommand({
  options: {
    'lose-jobs': { type: 'boolean', default: false, describe: 'Go on though there are jobs, which may be lost by it' },
  },
  run: async (args, output) => {
    const database = await chooseDatabase(args, output);
    try {
      const undone = await new Migrator(database.dataSource, args.schema).down({ loseJobs: args['lose-jobs'] });
      const where = `schema "${args.schema}" of ${database.address}`;
      const text = undone === null ? `Nothing to do: ${where} has had no migration.` : `Undid ${undone} in ${where}.`;
      output.result(text, { schema: args.schema, undone });
      return EXIT.ok;
    } finally {
      await database.close();
    }
  },
});
