import { IsBoolean, IsInt } from 'class-validator';
import type { HandlerClass } from '../../src/core/handler-class.js';
import type { Outcome } from '../../src/core/outcome.js';
import type { Attempt } from '../../src/engine/attempt.js';
import type { Executor } from '../../src/engine/executor.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import { pipelineKey } from '../../src/pipelines/step-jobs.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { HandlerDefinition } from '../../src/registry/handler-definition.js';
import { handlerDefinition } from '../../src/registry/handler-definition.js';
import type { JobContext } from '../../src/registry/job-context.js';
import type { StepResult } from './model-pipelines.js';
import { makePipelines, REVERT, WORK } from './pipelines.js';

/** How an attempt ends: what its handler does, or that its worker hands it back without having begun. */
export type Way = 'return' | 'throw' | 'snooze' | 'cancel' | 'discard' | 'interrupt';

export const RETRY_DELAY_MS = 5_000;
export const SNOOZE_MS = 7_000;
/** The name of the job whose handler writes, and finishes, in one transaction. */
export const TRANSACTIONAL = 'pay';
/** The name of the job whose handler asks for checkpoints. */
export const DURABLE = 'review';
export const NAMES: readonly string[] = ['greet', TRANSACTIONAL, DURABLE, WORK, REVERT];

const RETRY = { attempts: 3, delay: `${RETRY_DELAY_MS}ms`, jitter: 0 } as const;

class Numbered {
  @IsInt() n!: number;
}

/** What `review` waits for. */
export class Review {
  @IsInt() n!: number;
  @IsBoolean() approved!: boolean;
}

/**
 * Handlers that do what the command says: `greet`; `pay`, which enters itself into the ledger; and `review`, which comes past
 * checkpoints by commands of their own, before it ends.
 */
export class Handlers {
  readonly classes: readonly HandlerClass[];
  readonly pipelines: ReturnType<typeof makePipelines>['definitions'];
  readonly #definitions: ReadonlyMap<string, HandlerDefinition>;
  #way: Way = 'return';

  constructor(private readonly schema: string) {
    const shared = { payload: Numbered, retry: RETRY };
    const { classes, definitions } = makePipelines(RETRY, (job) => this.#act(job));
    this.pipelines = definitions;
    this.classes = [
      ...classes,
      ...['greet', DURABLE].map((name) => defineHandler({ name, ...shared, handle: (_, job) => this.#act(job) })),
      defineHandler({ name: TRANSACTIONAL, ...shared, transactional: true, handle: (_, job) => this.#pay(job) }),
    ];
    this.#definitions = new Map(this.classes.map(handlerDefinition).map((each) => [each.name, each]));
  }

  definitionOf(name: string): HandlerDefinition {
    const definition = this.#definitions.get(name);
    if (!definition) throw new Error(`no handler is named ${name}`);
    return definition;
  }

  /** Of all pipelines, as a worker that knows them names them. */
  get pipelineKeys(): readonly string[] {
    return Object.values(this.pipelines).map(pipelineKey);
  }

  pipelineOf(name: string): PipelineDefinition<{ readonly n: number }> {
    const definition = this.pipelines[name];
    if (!definition) throw new Error(`no pipeline is named ${name}`);
    return definition;
  }

  /** @returns how the attempt ended; null if that is stored already */
  async run(executor: Executor, attempt: Attempt, way: Way): Promise<Outcome | null> {
    this.#way = way;
    return executor.run(attempt);
  }

  async #pay(job: JobContext): Promise<unknown> {
    await job.manager.query(`insert into ${this.schema}.ledger values ($1, $2)`, [job.id, job.token.toString()]);
    return this.#act(job);
  }

  #act(job: JobContext): StepResult {
    switch (this.#way) {
      case 'throw':
        throw new Error('it failed');
      case 'snooze':
        throw job.snooze(`${SNOOZE_MS}ms`, 'later');
      case 'cancel':
        throw job.cancel('its handler said so');
      case 'discard':
        throw job.discard('hopeless');
      case 'return':
      case 'interrupt':
        return { attempt: job.attempt };
    }
  }
}
