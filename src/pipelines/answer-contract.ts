import type { PayloadContract } from '../registry/payload-codec.js';
import type { PipelineRegistry } from '../registry/pipeline-registry.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import { stepOf } from './step-of.js';

/** What an answer to a step is judged by; null if this process does not know that version of the pipeline. */
export function answerContract(
  pipelines: PipelineRegistry<PipelineDefinition>,
  { pipeline, version }: { readonly pipeline: string; readonly version: string },
  step: string,
): PayloadContract | null {
  const definition = pipelines.find(pipeline, version);
  const payloadClass = definition && stepOf(definition, step)?.answerClass;
  return payloadClass ? { name: `${pipeline}, step ${step}`, payloadClass } : null;
}
