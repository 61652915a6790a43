import { DEFAULT_SCHEMA } from '../container/schema-name.js';

/** What every command takes. */
export const GLOBAL_OPTIONS = {
  schema: {
    type: 'string',
    default: DEFAULT_SCHEMA,
    requiresArg: true,
    describe: "The schema of Rowlock's tables",
  },
  'database-url': {
    type: 'string',
    requiresArg: true,
    describe: 'postgresql://user:password@host:5432/database, instead of what ormconfig, DATABASE_URL or PG* say',
  },
  config: {
    type: 'string',
    requiresArg: true,
    describe: 'The file that exports the DataSource; default: ormconfig.ts or ormconfig.js of this folder',
  },
  json: {
    type: 'boolean',
    default: false,
    describe: 'Print results as JSON',
  },
} as const;
