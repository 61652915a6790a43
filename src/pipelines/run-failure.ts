import { toStorableText } from '../core/json.js';
import { redactText } from '../core/redact-text.js';
import type { RunError } from '../core/run-state.js';

/** Why a run fails. */
export interface RunFailure {
  readonly runId: string;
  readonly step: string;
  readonly item: number | null;
  /** Names the pipeline, the step and the item. */
  readonly message: string;
  /** Of the error that its job ended with. */
  readonly code?: string;
}

const MAX_MESSAGE = 2_000;

/** The JSON text by which a run keeps why it stopped. */
export function runErrorJson(error: RunError): string {
  return JSON.stringify({ ...error, message: toStorableText(redactText(error.message), MAX_MESSAGE) });
}

/** Why a run fails that is not over by its deadline. */
export function timedOut(pipeline: string, timeoutMs: number): RunError {
  const message = `pipeline "${pipeline}": it was not over ${Math.round(timeoutMs)} ms after its start, as its timeout asks`;
  return { step: null, item: null, message, timedOut: true };
}

/** What was not undone, as it is kept with the run. */
export function undoneJson(notes: RunError['notUndone'] = []): string {
  return JSON.stringify(
    notes.slice(0, 100).map((note) => ({ ...note, message: toStorableText(redactText(note.message), MAX_MESSAGE) })),
  );
}
