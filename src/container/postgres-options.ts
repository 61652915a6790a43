import { InstanceChecker, type DataSource, type DataSourceOptions } from 'typeorm';
import { DefinitionError } from '../core/errors.js';

/** What TypeORM is told to connect to PostgreSQL. */
export type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

/** Whether a value is a DataSource, of whichever copy of TypeORM. */
export function isDataSource(value: unknown): value is DataSource {
  return InstanceChecker.isDataSource(value);
}

/**
 * The options of a DataSource.
 * @throws DefinitionError `OPTION_INVALID` if it is for another database than PostgreSQL
 */
export function postgresOptions(source: DataSource | DataSourceOptions): PostgresOptions {
  const options = isDataSource(source) ? source.options : source;
  if (options.type === 'postgres') return options;
  const message = `The data source is of type "${String(options.type)}"; Rowlock works on PostgreSQL: { type: 'postgres' }.`;
  throw new DefinitionError('OPTION_INVALID', message);
}
