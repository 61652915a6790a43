import type { StepKind } from '../pipelines/step-kind.js';
import type { HandlerDefinition } from '../registry/handler-definition.js';
import { showDuration } from './show-duration.js';
import { textTable } from './text-table.js';

/** A pipeline, as far as it is shown. */
interface Pipeline {
  readonly name: string;
  readonly steps: readonly { readonly name: string; readonly kind: StepKind }[];
}

/** What a worker serves, for people: a line for each handler of its queues, and one for each pipeline. */
export function servingTable(
  handlers: readonly HandlerDefinition[],
  queues: ReadonlyMap<string, number | null>,
  pipelines: readonly Pipeline[],
): string {
  const served = handlers.filter(({ queue }) => queues.has(queue));
  const rows = served.map((handler) => row(handler, queues.get(handler.queue) ?? null));
  const left = handlers.length - served.length;
  return [
    textTable(['job', 'queue', 'attempts', 'backoff', 'timeout', 'lock', 'unique'], rows),
    ...(left === 0 ? [] : ['', `${left} more in queues that this worker does not serve.`]),
    ...(pipelines.length === 0 ? [] : ['', ...pipelines.map(shown)]),
  ].join('\n');
}

/** A star marks a step that is a job for each item. */
function shown({ name, steps }: Pipeline): string {
  return `pipeline ${name}: ${steps.map((step) => (step.kind === 'each' ? `${step.name}*` : step.name)).join(' → ')}`;
}

function row(
  { name, queue, retry, timeoutMs, lock, unique }: HandlerDefinition,
  limit: number | null,
): readonly string[] {
  const { attempts, backoff, delayMs } = retry;
  const shape = typeof backoff === 'function' ? 'custom' : `${backoff}, ${showDuration(delayMs)}`;
  return [
    name,
    limit === null ? queue : `${queue}:${limit}`,
    String(attempts),
    attempts === 1 ? '-' : shape,
    timeoutMs === null ? 'default' : showDuration(timeoutMs),
    lock === null ? '-' : (lock.template ?? 'computed'),
    unique === null ? '-' : `${unique.key.template ?? 'computed'} (${unique.scope})`,
  ];
}
