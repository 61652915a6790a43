import type { ServiceIdentifier } from 'inversify';
import type { Engine } from '../engine/engine.js';
import type { HandlerResolver } from '../engine/handler-resolver.js';
import type { AnswerSender } from '../pipelines/answer-sender.js';
import type { Orchestrator } from '../pipelines/orchestrator.js';
import type { PipelineDefinition } from '../pipelines/pipeline-definition.js';
import type { RunStarter } from '../pipelines/run-starter.js';
import type { StepWaits } from '../pipelines/step-waits.js';
import type { HandlerRegistry } from '../registry/handler-registry.js';
import type { PayloadCodec } from '../registry/payload-codec.js';
import type { PipelineRegistry } from '../registry/pipeline-registry.js';
import type { Database } from '../repositories/database.js';
import type { Settings } from './options.js';
import type { QueueCheck } from './queue-check.js';

const token = <T>(name: string): ServiceIdentifier<T> => Symbol.for(`rowlock.${name}`);

/** What is shared inside, and is not a class that users ask for. */
export const TOKENS = {
  settings: token<Settings>('settings'),
  database: token<Database>('database'),
  registry: token<HandlerRegistry>('registry'),
  codec: token<PayloadCodec>('codec'),
  engine: token<Engine>('engine'),
  resolver: token<HandlerResolver>('resolver'),
  queueCheck: token<QueueCheck>('queue-check'),
  pipelines: token<PipelineRegistry<PipelineDefinition>>('pipelines'),
  orchestrator: token<Orchestrator>('orchestrator'),
  starter: token<RunStarter>('starter'),
  waits: token<StepWaits>('waits'),
  answers: token<AnswerSender>('answers'),
} as const;
