import type { HandlerClass } from '../../core/handler-class.js';
import type { PipelineDefinition } from '../pipeline-definition.js';
import { AwaitApproval } from './await-approval.js';
import { AwaitSignal } from './await-signal.js';
import { Sleep } from './sleep.js';

const HANDLERS: ReadonlySet<HandlerClass> = new Set<HandlerClass>([Sleep, AwaitSignal, AwaitApproval]);

/** Those of Rowlock's own handlers that steps of these pipelines need; of what is no pipeline, none. */
export function builtInHandlers(pipelines: readonly PipelineDefinition[]): HandlerClass[] {
  const classes = pipelines.flatMap((pipeline: Partial<PipelineDefinition> | undefined) =>
    (pipeline?.steps ?? []).map(({ handlerClass }) => handlerClass),
  );
  return [...new Set(classes)].filter((handlerClass) => HANDLERS.has(handlerClass));
}
