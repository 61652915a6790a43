import { toStorableText } from '../core/json.js';
import type { ItemState } from '../core/run-state.js';
import type { PayloadCodec } from '../registry/payload-codec.js';
import { currentPayload } from '../registry/payload-version.js';
import type { PipelineRegistry } from '../registry/pipeline-registry.js';
import type { StoredUndo } from '../repositories/sql/begin-undos.js';
import type { RunRow } from '../repositories/sql/lock-runs.js';
import { recordSteps } from '../repositories/sql/record-steps.js';
import type { ChildStart } from './built-in/run-child.js';
import { fitPayload } from './fit-payload.js';
import type { HeldRuns } from './held-runs.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import type { RunFailure } from './run-failure.js';
import type { FinishedStep } from './run-situations.js';
import type { StepDefinition } from './step-definition.js';
import type { StepEnd } from './step-end.js';
import type { OnFailure } from './step-options.js';
import { stepOf } from './step-of.js';
import { definitionOf, storedUndo } from './step-jobs.js';
import { stepKey } from './step-key.js';
import { stepPlace } from './step-place.js';

/** How far steps are after some of their jobs have ended. */
export interface Recorded {
  /** Steps of which no job is left. */
  readonly finished: readonly FinishedStep[];
  /** Items whose end may let another begin: if this process knows, those of steps with a limit only. */
  readonly limited: readonly StepEnd[];
  /** The runs of all steps of which jobs have ended, each once. */
  readonly runIds: readonly string[];
  /** Runs that fail by it, each once. */
  readonly failures: readonly RunFailure[];
}

/** Records the jobs of steps that have ended: as results, or as what the step's policy makes of a failure. */
export class StepRecorder {
  constructor(
    private readonly codec: PayloadCodec,
    private readonly pipelines: PipelineRegistry<PipelineDefinition>,
  ) {}

  async record(held: HeldRuns, ends: readonly StepEnd[]): Promise<Recorded> {
    const failures = new Map<string, RunFailure>();
    const states: ItemState[] = [];
    const results: (string | null)[] = [];
    const undos: (string | null)[] = [];
    const limited: StepEnd[] = [];
    for (const end of ends) {
      const run = held.get(end.runId);
      const definition = this.pipelines.find(run.name, run.version);
      const step = definition && stepOf(definition, end.step);
      const state = stateOf(run, step, end);
      if (state === 'failed' && run.state === 'running' && !failures.has(run.id))
        failures.set(run.id, failed(run, end));
      states.push(state);
      if (end.item !== null && step?.concurrency !== null) limited.push(end);
      results.push(state === 'substituted' ? substituteOf(step, end) : end.result);
      undos.push(step && mayBeUndone(run, definition, step, end) ? await this.#undo(step, end) : null);
    }
    const [runIds, steps, items] = [ends.map((e) => e.runId), ends.map((e) => e.step), ends.map((e) => e.item)];
    const progress = await held.tx.run(recordSteps, [runIds, steps, items, states, results, undos]);
    const single = new Map(
      ends.flatMap((end, at) => (end.item === null ? [[stepKey(end), resultOf(states[at], results[at])]] : [])),
    );
    return {
      finished: progress
        .filter(({ remaining }) => remaining === 0)
        .map(({ runId, step, state }) => ({
          runId,
          step,
          state,
          result: single.get(stepKey({ runId, step })) ?? null,
        })),
      limited,
      runIds: [...new Set(runIds)],
      failures: [...failures.values()],
    };
  }

  /** Made now, when payload and result are at hand and the classes are known; whoever stops the run only inserts it. */
  async #undo({ handlerClass, undo, child }: StepDefinition, end: StepEnd): Promise<string | null> {
    if (!undo) return null;
    const definition = definitionOf(undo);
    const { result, payloadVersion } = end;
    try {
      const payload = currentPayload(definitionOf(handlerClass), end.payload, payloadVersion);
      const made = {
        payload: child ? (payload as ChildStart | null)?.input : payload,
        result: JSON.parse(result ?? 'null') as unknown,
      };
      return JSON.stringify(storedUndo(definition, await fitPayload(this.codec, definition, made)));
    } catch (error) {
      const reason = toStorableText(error instanceof Error ? error.message : String(error), 2_000);
      return JSON.stringify({ name: definition.name, error: reason, job: null } satisfies StoredUndo);
    }
  }
}

function stateOf(run: RunRow, step: StepDefinition | undefined, end: StepEnd): ItemState {
  const { verb } = end;
  if (verb === 'complete') return 'completed';
  if (run.state !== 'running') return verb === 'discard' ? 'failed' : 'cancelled';
  const policy = policyOf(step, end);
  if (policy === 'fail') return 'failed';
  return policy === 'skip' ? 'skipped' : 'substituted';
}

function policyOf(step: StepDefinition | undefined, { item, code }: StepEnd): OnFailure {
  if (!step) return 'fail';
  if (item !== null) return step.onItemFailure;
  return step.answerClass !== null && code === 'STEP_TIMEOUT' ? step.onTimeout : step.onFailure;
}

function substituteOf(step: StepDefinition | undefined, end: StepEnd): string {
  const policy = policyOf(step, end);
  return JSON.stringify(typeof policy === 'object' ? policy.substitute : null);
}

/** What callbacks read of it; one that was skipped has none. */
function resultOf(state: ItemState | undefined, result: string | null | undefined): string | null {
  return state === 'completed' || state === 'substituted' ? (result ?? 'null') : null;
}

/** If a step comes after all others its end is that of its run, and what is over is not undone. */
function mayBeUndone(
  run: RunRow,
  definition: PipelineDefinition | undefined,
  step: StepDefinition,
  { verb }: StepEnd,
): boolean {
  const isLast = step.kind !== 'each' && step.before.length + 1 === definition?.steps.length;
  return verb === 'complete' && !(run.state === 'running' && isLast);
}

function failed({ id, name }: RunRow, { step, item, verb, reason, code }: StepEnd): RunFailure {
  const what = verb === 'discard' ? 'was discarded' : 'was cancelled by its handler';
  const message = `${stepPlace(name, step, item)}: its job ${what}: ${reason ?? ''}`;
  return { runId: id, step, item, message, ...(code === null ? {} : { code }) };
}
