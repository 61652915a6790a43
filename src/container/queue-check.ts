import { findUnservedQueues } from '../client/unserved-queues.js';
import type { PipelineDefinition } from '../pipelines/pipeline-definition.js';
import type { PipelineRegistry } from '../registry/pipeline-registry.js';
import type { Database } from '../repositories/database.js';
import type { Telemetry } from '../telemetry/events.js';
import type { Settings } from './options.js';

/**
 * Tells of queues that steps of the container's pipelines are of, and that neither its own worker serves nor one that lives.
 * No error: while a deploy goes on, the worker that serves it may be the next to start.
 */
export class QueueCheck {
  readonly #told = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly pipelines: PipelineRegistry<PipelineDefinition>,
    private readonly settings: Settings,
    private readonly telemetry: Telemetry,
  ) {}

  /** @returns what tells of those that it has not told of before */
  async find(): Promise<() => void> {
    const queues = this.settings.worker.queues.keys();
    const unserved = await findUnservedQueues(this.database, this.pipelines.definitions, queues);
    return () => {
      for (const each of unserved) {
        if (this.#told.has(each.queue)) continue;
        this.#told.add(each.queue);
        this.telemetry.emit('queue.unserved', each);
      }
    };
  }
}
