import type { HandlerClass } from '../../core/handler-class.js';
import type { PipelineDefinition } from '../pipeline-definition.js';
import { AwaitApproval } from './await-approval.js';
import { AwaitSignal } from './await-signal.js';
import { RunChild } from './run-child.js';
import { Sleep } from './sleep.js';

const HANDLERS: ReadonlySet<HandlerClass> = new Set<HandlerClass>([Sleep, AwaitSignal, AwaitApproval, RunChild]);

/** Those of Rowlock's own handlers that steps of these pipelines need, and of those that they run; of what is no pipeline, none. */
export function builtInHandlers(pipelines: readonly PipelineDefinition[]): HandlerClass[] {
  const classes = pipelines.flatMap((pipeline: Partial<PipelineDefinition> | undefined) =>
    (pipeline?.steps ?? []).flatMap(({ handlerClass, child }) => [
      ...(HANDLERS.has(handlerClass) ? [handlerClass] : []),
      ...(child ? builtInHandlers([child]) : []),
    ]),
  );
  return [...new Set(classes)];
}
