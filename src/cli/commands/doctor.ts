import path from 'node:path';
import type { StrandedWork } from '../../client/stranded-work.js';
import { findStrandedWork } from '../../client/stranded-work.js';
import { findUnservedQueues } from '../../client/unserved-queues.js';
import { TOKENS } from '../../container/tokens.js';
import { DefinitionError } from '../../core/errors.js';
import { builtInHandlers } from '../../pipelines/built-in/built-in-handlers.js';
import { PIPELINES_QUEUE } from '../../pipelines/built-in/settings.js';
import type { PipelineDefinition } from '../../pipelines/pipeline-definition.js';
import { HandlerRegistry } from '../../registry/handler-registry.js';
import { PipelineRegistry } from '../../registry/pipeline-registry.js';
import type { UnservedQueue } from '../../telemetry/events.js';
import { defineCommand } from '../define-command.js';
import { EXIT } from '../exit-code.js';
import { HANDLERS_OPTION } from '../handlers-option.js';
import { loadHandlers } from '../load-handlers.js';
import { textTable } from '../text-table.js';
import { withContainer } from '../with-container.js';

export const doctor = defineCommand({
  options: {
    ...HANDLERS_OPTION,
    deploy: {
      type: 'boolean',
      default: false,
      describe: 'Check that the code here can do all that is in flight; fails with 1 if not',
    },
  },
  run: async ({ deploy, ...args }, output) => {
    if (!deploy) throw new DefinitionError('OPTION_INVALID', 'Say what is to be checked: rowlock doctor --deploy.');
    const found = await loadHandlers(path.resolve(args.handlers));
    const definitions = found.pipelines as readonly PipelineDefinition[];
    const handlers = new HandlerRegistry([...found.handlers, ...builtInHandlers(definitions)]);
    const pipelines = new PipelineRegistry(definitions, handlers);
    return withContainer(args, output, async (container) => {
      const database = container.get(TOKENS.database);
      const stranded = await findStrandedWork(database, handlers, pipelines);
      const unserved = await findUnservedQueues(database, pipelines.definitions, [PIPELINES_QUEUE]);
      const text = stranded.length === 0 ? ['The code here can do all that is in flight.'] : report(stranded);
      output.result([...text, ...warning(unserved)].join('\n'), { ok: stranded.length === 0, stranded, unserved });
      return stranded.length === 0 ? EXIT.ok : EXIT.failed;
    });
  },
});

const WHAT = {
  HANDLER_NOT_FOUND: 'job without a handler',
  PAYLOAD_VERSION_UNKNOWN: 'payload version',
  PIPELINE_VERSION_UNKNOWN: 'pipeline version',
} as const;

function report(stranded: readonly StrandedWork[]): string[] {
  const rows = stranded.map(({ code, name, version, count }) => [WHAT[code], name, version, String(count)]);
  const cures = stranded.map(({ name, version, cure }) => `${name}, version ${version}: ${cure}`);
  const table = textTable(['unknown here', 'name', 'version', 'in flight'], rows);
  return [table, '', ...cures];
}

/** No failure: whoever checks before a deploy checks before its workers start. */
function warning(unserved: readonly UnservedQueue[]): string[] {
  if (unserved.length === 0) return [];
  const rows = unserved.map(({ queue, steps }) => [queue, steps.join(', ')]);
  return [
    '',
    textTable(['queue that no worker serves now', 'steps'], rows),
    '',
    'Jobs of these steps wait until a worker serves their queue: rowlock worker --queues, or the option worker.queues.',
  ];
}
