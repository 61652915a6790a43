import { DefinitionError } from '../core/errors.js';

/** The schema that Rowlock's tables are in if nothing else is said. */
export const DEFAULT_SCHEMA = 'rowlock';

/**
 * The name of a schema that Rowlock may use: any that PostgreSQL can store, except `public`.
 * @throws DefinitionError `OPTION_INVALID`
 */
export function checkedSchema(name: unknown): string {
  if (typeof name !== 'string' || name === '' || name.includes('\0') || Buffer.byteLength(name) > 63) {
    throw new DefinitionError('OPTION_INVALID', 'Option schema must be the name of a schema, of 1 to 63 bytes.');
  }
  if (name === 'public') {
    const why = 'on hosts such as Supabase that schema is open to the world';
    throw new DefinitionError('OPTION_INVALID', `Option schema must not be public: ${why}. Name another one.`);
  }
  return name;
}
