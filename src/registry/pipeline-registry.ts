import { DefinitionError } from '../core/errors.js';
import type { HandlerClass } from '../core/handler-class.js';
import type { HandlerRegistry } from './handler-registry.js';

/** What the registry needs to know of a pipeline's definition. */
export interface RegisteredPipeline {
  readonly name: string;
  readonly version: string;
  readonly steps: readonly {
    readonly name: string;
    readonly handlerClass: HandlerClass;
    readonly undo: HandlerClass | null;
    /** The pipeline that it runs. */
    readonly child: RegisteredPipeline | null;
  }[];
}

/**
 * The pipelines of an application, by name and version. A version that is no longer started may stay registered, so that
 * the runs that began with it can finish. What a pipeline runs is registered with it. Immutable: made once, when the container is made.
 */
export class PipelineRegistry<Pipeline extends RegisteredPipeline = RegisteredPipeline> {
  private readonly byKey = new Map<string, Pipeline>();

  /** @throws DefinitionError if a handler of a step is not registered, or two pipelines are of one name and version */
  constructor(pipelines: readonly Pipeline[], handlers: HandlerRegistry) {
    const registered = new Set(handlers.definitions.map(({ handlerClass }) => handlerClass));
    for (const pipeline of pipelines) this.add(pipeline, registered);
  }

  /** Every pipeline in every version, in the order in which they were passed. */
  get definitions(): readonly Pipeline[] {
    return [...this.byKey.values()];
  }

  /** That version of the pipeline, or undefined: its runs are left to workers that have it. */
  find(name: string, version: string): Pipeline | undefined {
    return this.byKey.get(keyOf(name, version));
  }

  /** The same by the key that jobs carry: `name@version`. */
  findByKey(key: string): Pipeline | undefined {
    return this.byKey.get(key);
  }

  private add(pipeline: Pipeline, registered: ReadonlySet<HandlerClass>): void {
    checkBuilt(pipeline);
    const key = keyOf(pipeline.name, pipeline.version);
    const known = this.byKey.get(key);
    if (known === pipeline) return;
    if (known) throw duplicate(pipeline);
    checkHandlers(pipeline, registered);
    this.byKey.set(key, pipeline);
    for (const { child } of pipeline.steps) if (child) this.add(child as Pipeline, registered);
  }
}

/** As the jobs of runs carry it. */
function keyOf(name: string, version: string): string {
  return `${name}@${version}`;
}

/** A builder passes for a definition where no compiler looks. */
function checkBuilt(pipeline: Partial<RegisteredPipeline> | undefined): void {
  if (Array.isArray(pipeline?.steps) && typeof pipeline.version === 'string') return;
  throw new DefinitionError(
    'PIPELINE_INVALID',
    'Something was passed as a pipeline that is no definition. Pass what .build() returns; if it is undefined, two ' +
      'modules import each other.',
  );
}

function checkHandlers({ name, steps }: RegisteredPipeline, registered: ReadonlySet<HandlerClass>): void {
  const missing = steps.flatMap((step) => [
    ...(registered.has(step.handlerClass) ? [] : [`step "${step.name}" needs ${step.handlerClass.name}`]),
    ...(step.undo && !registered.has(step.undo) ? [`step "${step.name}" is undone by ${step.undo.name}`] : []),
  ]);
  if (missing.length === 0) return;
  throw new DefinitionError(
    'PIPELINE_INVALID',
    `Pipeline "${name}" has handlers that are not registered: ${missing.join(', ')}. ` +
      'Pass these classes to createContainer({ handlers }).',
  );
}

function duplicate({ name, version }: RegisteredPipeline): DefinitionError {
  return new DefinitionError(
    'PIPELINE_DUPLICATE',
    `Two pipelines are named "${name}" and have the same steps (version ${version}). Rename one, or pass only one of them.`,
  );
}
