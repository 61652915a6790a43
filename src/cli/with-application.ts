import path from 'node:path';
import type { Container } from 'inversify';
import type { PipelineDefinition } from '../pipelines/pipeline-definition.js';
import type { DatabaseArguments } from './choose-database.js';
import type { ExitCode } from './exit-code.js';
import { loadHandlers } from './load-handlers.js';
import type { Output } from './output.js';
import { withContainer } from './with-container.js';

/** As `withContainer`, with the handlers and pipelines of the folder that `--handlers` names. */
export async function withApplication(
  args: DatabaseArguments & { readonly schema: string; readonly handlers: string },
  output: Output,
  work: (container: Container) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { handlers, modules, pipelines } = await loadHandlers(path.resolve(args.handlers));
  const parts = { handlers, modules, pipelines: pipelines as readonly PipelineDefinition[] };
  return withContainer(args, output, work, parts);
}
