import type { PipelineDefinition } from './pipeline-definition.js';

/** What follows from the edges of a pipeline. */
export interface PipelineOrder {
  /** Steps that come before or after every other: when one is over, all that came before is, and nothing else has begun. */
  readonly gates: ReadonlySet<string>;
  /** The steps after which none comes, in their order: their results are the output of a run. */
  readonly ends: readonly string[];
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
  return { gates: new Set(gates.map(({ name }) => name)), ends: ends.map(({ name }) => name) };
}
