import type { PipelineDefinition } from '../pipelines/pipeline-definition.js';
import type { StepDefinition } from '../pipelines/step-definition.js';
import { definitionOf } from '../pipelines/step-jobs.js';
import type { Database } from '../repositories/database.js';
import { findServedQueues } from '../repositories/sql/find-served-queues.js';
import type { UnservedQueue } from '../telemetry/events.js';

/**
 * The queues of steps, and of what undoes them, that no worker serves: their jobs would wait until one does.
 * @param served queues that need no worker that is registered now
 */
export async function findUnservedQueues(
  database: Database,
  pipelines: readonly PipelineDefinition[],
  served: Iterable<string>,
): Promise<readonly UnservedQueue[]> {
  const unserved = stepsByQueue(pipelines);
  for (const queue of served) unserved.delete(queue);
  if (unserved.size === 0) return [];
  for (const { queue } of await database.run(findServedQueues, [])) unserved.delete(queue);
  return [...unserved].map(([queue, steps]) => ({ queue, steps: [...steps] }));
}

/** Steps as they are named in messages, each once: of several versions of a pipeline, and of what undoes it. */
function stepsByQueue(pipelines: readonly PipelineDefinition[]): Map<string, Set<string>> {
  const queues = new Map<string, Set<string>>();
  for (const { name, steps } of pipelines) {
    for (const step of steps) {
      for (const queue of queuesOf(step)) {
        queues.set(queue, (queues.get(queue) ?? new Set<string>()).add(`${name}.${step.name}`));
      }
    }
  }
  return queues;
}

function queuesOf({ handlerClass, options, undo }: StepDefinition): string[] {
  const own = options.queue ?? definitionOf(handlerClass).queue;
  return undo ? [own, definitionOf(undo).queue] : [own];
}
