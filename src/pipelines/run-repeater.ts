import { InvalidTransitionError, NotFoundError } from '../core/errors.js';
import { RunRepeatError } from '../core/run-repeat-error.js';
import type { RunState, StepState } from '../core/run-state.js';
import type { PipelineRegistry } from '../registry/pipeline-registry.js';
import type { StatementRunner } from '../repositories/session.js';
import type { RepeatableStep } from '../repositories/sql/find-repeatable-steps.js';
import { findRepeatableSteps } from '../repositories/sql/find-repeatable-steps.js';
import type { RepeatableRun } from '../repositories/sql/hold-run.js';
import { holdRun } from '../repositories/sql/hold-run.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import { isOver, neededResults } from './run-progress.js';
import type { RunDraft, RunLimits, RunStarter } from './run-starter.js';
import type { RunFacts } from './step-jobs.js';
import { storedResults } from './stored-results.js';

/** What a new run that repeats another is given. */
export interface RepeatRequest {
  readonly facts: Omit<RunFacts, 'name' | 'version'>;
  readonly limits: RunLimits;
  /** Null: that of the run that it repeats. */
  readonly input: object | null;
}

/** Drafts runs that repeat others, in a transaction that holds the row of the other. */
export class RunRepeater {
  constructor(
    private readonly starter: RunStarter,
    private readonly pipelines: PipelineRegistry<PipelineDefinition>,
  ) {}

  /** Waits for its turn at a run. @throws NotFoundError */
  async hold(tx: StatementRunner, id: string): Promise<RepeatableRun> {
    const [run] = await tx.run(holdRun, [id]);
    if (!run) throw new NotFoundError('run', id);
    return run;
  }

  /**
   * A new run of the same version that takes over the results of what need not be done again: of all steps but `from`, what
   * was never over, what was undone, and whatever comes after one of these.
   * @throws InvalidTransitionError, RunRepeatError `PIPELINE_VERSION_UNKNOWN`; as `RunStarter.draft`
   */
  async fork(
    tx: StatementRunner,
    source: RepeatableRun,
    from: readonly string[],
    { facts, limits, input }: RepeatRequest,
  ): Promise<RunDraft> {
    checkState(source, 'fork', ['completed', 'failed', 'cancelled']);
    const definition = this.sameVersion(source);
    const steps = await tx.run(findRepeatableSteps, [source.id]);
    const progress = reusable(definition, steps, from);
    const results = await storedResults(tx, source.id, definition, neededResults(definition, progress));
    const origin = { kind: 'fork', run: source.id, from, reused: [...progress.keys()] } as const;
    return this.starter.draft(definition, input ?? source.input, facts, limits, { origin, progress, results });
  }

  /**
   * A new run from the beginning: by the version of the run that it repeats, if this process knows it, else by that which it
   * knows.
   * @throws RunRepeatError `PIPELINE_VERSION_UNKNOWN`; as `RunStarter.draft`
   */
  rerun(source: RepeatableRun, { facts, limits, input }: RepeatRequest): Promise<RunDraft> {
    const { name, version } = source;
    const known = this.pipelines.find(name, version) ?? this.pipelines.definitions.find((each) => each.name === name);
    const origin = { kind: 'rerun', run: source.id, from: [], reused: [] } as const;
    const nothing = { origin, progress: new Map<string, StepState>(), results: {} };
    return this.starter.draft(known ?? unknown(source), input ?? source.input, facts, limits, nothing);
  }

  /** @throws RunRepeatError `PIPELINE_VERSION_UNKNOWN` */
  sameVersion(run: RepeatableRun): PipelineDefinition {
    return this.pipelines.find(run.name, run.version) ?? unknown(run);
  }
}

/** @throws InvalidTransitionError */
export function checkState({ id, state }: RepeatableRun, verb: string, from: readonly RunState[]): void {
  if (!from.includes(state)) throw new InvalidTransitionError(verb, id, state, from, 'run');
}

/** The steps whose results a fork takes over, with how they ended. Steps stand after all that they wait for. */
function reusable(
  definition: PipelineDefinition,
  steps: readonly RepeatableStep[],
  from: readonly string[],
): Map<string, StepState> {
  const ended = new Map(steps.filter(hasEndedWell).map(({ step, state }) => [step, state]));
  const progress = new Map<string, StepState>();
  for (const { name, after } of definition.steps) {
    const state = ended.get(name);
    if (state && !from.includes(name) && after.every((earlier) => progress.has(earlier))) progress.set(name, state);
  }
  return progress;
}

function hasEndedWell({ state, undo }: RepeatableStep): boolean {
  return isOver(state) && state !== 'failed' && state !== 'cancelled' && undo === null;
}

function unknown({ id, name, version }: RepeatableRun): never {
  throw new RunRepeatError(
    'PIPELINE_VERSION_UNKNOWN',
    id,
    `is one of pipeline "${name}" in version ${version}, which this process does not know: pass its definition to ` +
      'createContainer({ pipelines }), or start a new run.',
  );
}
