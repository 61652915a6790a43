import type { PipelineDefinition } from './pipeline-definition.js';
import type { StepDefinition } from './step-definition.js';

/** What follows from the edges of a pipeline. */
export interface PipelineOrder {
  /** Steps that come before or after every other: when one is over, all that came before is, and nothing else has begun. */
  readonly gates: ReadonlySet<string>;
  /** Steps that may be over without a result. */
  readonly skippable: ReadonlySet<string>;
  /** The steps after which none comes, in their order: their results are the output of a run. */
  readonly ends: readonly string[];
  /**
   * By the name of a step, the position of the one step that comes after it, if that is a single job without a condition and
   * comes after nothing else: it begins, whatever else is under way.
   */
  readonly successors: ReadonlyMap<string, number>;
}

const orders = new WeakMap<PipelineDefinition, PipelineOrder>();

/** Computed once a definition. */
export function orderOf(definition: PipelineDefinition): PipelineOrder {
  let order = orders.get(definition);
  if (!order) orders.set(definition, (order = makeOrder(definition)));
  return order;
}

function makeOrder({ steps }: PipelineDefinition): PipelineOrder {
  const followers = new Map(steps.map(({ name }) => [name, 0]));
  for (const { before } of steps) for (const name of before) followers.set(name, (followers.get(name) ?? 0) + 1);
  const others = steps.length - 1;
  const gates = steps.filter(({ name, before }) => before.length + (followers.get(name) ?? 0) === others);
  const ends = steps.filter(({ name }) => followers.get(name) === 0);
  return {
    gates: new Set(gates.map(({ name }) => name)),
    skippable: new Set(steps.filter(maySkip).map(({ name }) => name)),
    ends: ends.map(({ name }) => name),
    successors: new Map(steps.flatMap(({ name }) => successorOf(name, steps) ?? [])),
  };
}

function maySkip({ when, afterSkipped, onFailure, onTimeout }: StepDefinition): boolean {
  return when !== null || afterSkipped === 'skip' || onFailure === 'skip' || onTimeout === 'skip';
}

function successorOf(name: string, steps: readonly StepDefinition[]): [[string, number]] | null {
  const [next, ...others] = steps.flatMap((step, position) => (step.after.includes(name) ? { step, position } : []));
  if (!next || others.length > 0) return null;
  const { kind, after, when } = next.step;
  return kind === 'one' && after.length === 1 && when === null ? [[name, next.position]] : null;
}
