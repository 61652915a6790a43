import type { Container } from 'inversify';
import type { CreateContainerOptions } from '../container/create-container.js';
import { createContainer } from '../container/create-container.js';
import type { DatabaseArguments } from './choose-database.js';
import { chooseDatabase } from './choose-database.js';
import type { ExitCode } from './exit-code.js';
import type { Output } from './output.js';

type Parts = Omit<CreateContainerOptions, 'dataSource' | 'schema'>;

/** Does a command's work with a container on the database that its arguments name, and closes that. */
export async function withContainer(
  args: DatabaseArguments & { readonly schema: string },
  output: Output,
  work: (container: Container) => Promise<ExitCode>,
  parts: Parts = {},
): Promise<ExitCode> {
  const database = await chooseDatabase(args, output, parts.handlers !== undefined);
  try {
    return await work(await createContainer({ ...parts, dataSource: database.dataSource, schema: args.schema }));
  } finally {
    await database.close();
  }
}
