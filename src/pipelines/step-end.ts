import type { Ending } from '../engine/ending.js';

/** A job of a run that is over, as its run sees it. */
export interface StepEnd {
  readonly runId: string;
  readonly step: string;
  readonly item: number | null;
  /** Whether it was a job that undoes the step. */
  readonly undo: boolean;
  readonly verb: 'complete' | 'discard' | 'cancel';
  /** JSON text; null unless completed. */
  readonly result: string | null;
  /** Why it has no result; null if it has one. */
  readonly reason: string | null;
  /** Of the error by which it was discarded, if that has one. */
  readonly code: string | null;
  /** As it was claimed, in the version that it was enqueued in (null: the first); null if it never ran. */
  readonly payload: unknown;
  readonly payloadVersion: number | null;
}

/** The endings of jobs that belong to runs and will not run again. */
export function stepEnds(endings: readonly Ending[]): StepEnd[] {
  return endings.flatMap((ending) => stepEnd(ending) ?? []);
}

function stepEnd({ attempt: { row }, outcome }: Ending): StepEnd | null {
  const { runId, step, item, meta, payload, payloadVersion } = row;
  if (runId === null || step === null) return null;
  const at = { runId, step, item, undo: meta?.['undo'] === true, payload, payloadVersion };
  switch (outcome.verb) {
    case 'complete':
      return { ...at, verb: outcome.verb, result: outcome.result, reason: null, code: null };
    case 'discard':
      return {
        ...at,
        verb: outcome.verb,
        result: null,
        reason: outcome.error.message,
        code: outcome.error.code ?? null,
      };
    case 'cancel':
      return { ...at, verb: outcome.verb, result: null, reason: outcome.reason, code: null };
    case 'retry':
    case 'snooze':
    case 'interrupt':
      return null;
  }
}
