import { migrationSql } from '../../container/migration-sql.js';
import { checkedSchema } from '../../container/schema-name.js';
import { defineCommand } from '../define-command.js';
import { EXIT } from '../exit-code.js';

export const migrateSql = defineCommand({
  options: {
    from: { type: 'string', requiresArg: true, describe: 'The migration that the schema has had; default: none' },
    to: { type: 'string', requiresArg: true, describe: 'The migration that it shall have had; default: the last' },
  },
  run: async (args, output) => {
    const statements = await migrationSql(checkedSchema(args.schema), args);
    const script =
      statements.length === 0 ? '-- Nothing to do.' : ['begin', ...statements, 'commit'].join(';\n\n') + ';';
    output.result(script, { schema: args.schema, statements });
    return EXIT.ok;
  },
});
