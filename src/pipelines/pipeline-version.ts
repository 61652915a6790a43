import { createHash } from 'node:crypto';
import type { HandlerClass } from '../core/handler-class.js';
import { handlerDefinition } from '../registry/handler-definition.js';
import type { StepDefinition } from './step-definition.js';

const DIGITS = 12;

/**
 * The version of a pipeline: a hash of its shape, which is all that a stored run depends on: that a step has a condition is
 * part of it, and what that says is not. The same in every process, whatever the order in which its code wrote the fields of
 * an option.
 */
export function pipelineVersion(name: string, steps: readonly StepDefinition[]): string {
  const shape = [name, ...steps.map(shapeOf)];
  return createHash('sha256').update(canonical(shape)).digest('hex').slice(0, DIGITS);
}

/** What a step does not have is left out: an option that is added to Rowlock leaves the versions of others as they are. */
function shapeOf({ name, kind, handlerClass, after, afterSkipped, when, onFailure, ...step }: StepDefinition): object {
  const { onItemFailure, onTimeout, undo, child } = step;
  return {
    name,
    kind,
    handler: nameOf(handlerClass),
    after,
    ...(afterSkipped === 'run' ? {} : { afterSkipped }),
    ...(when === null ? {} : { when: true }),
    ...(onFailure === 'fail' ? {} : { onFailure }),
    ...(onTimeout === 'fail' ? {} : { onTimeout }),
    ...(child === null ? {} : { child: [child.name, child.version] }),
    onItemFailure,
    undo: undo && nameOf(undo),
  };
}

function nameOf(handlerClass: HandlerClass): string {
  return handlerDefinition(handlerClass).name;
}

/** JSON with the fields of every object in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
