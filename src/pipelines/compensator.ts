import type { NotUndone } from '../core/run-state.js';
import type { Engine } from '../engine/engine.js';
import type { NewJob } from '../engine/new-job.js';
import { beginUndos } from '../repositories/sql/begin-undos.js';
import { endRuns } from '../repositories/sql/end-runs.js';
import { recordUndos } from '../repositories/sql/record-undos.js';
import { byRunId } from './by-run-id.js';
import type { HeldRuns } from './held-runs.js';
import { undoneJson } from './run-failure.js';
import type { StepEnd } from './step-end.js';
import { undoJob } from './step-jobs.js';

/** An undo job that is over; with a message, if it failed. */
interface Undone {
  readonly runId: string;
  readonly step: string;
  readonly item: number | null;
  readonly message: string | null;
}

/**
 * Leads runs that have been stopped to their end: undoes their completed steps, the last one first and one at a time, if
 * that is wanted. It needs no definition, so any process can do it. What cannot be undone is noted, and the rest goes on.
 */
export class Compensator {
  constructor(private readonly engine: Engine) {}

  /** @param runIds runs that are stopping and have no jobs left, or have just undone a step */
  async compensate(held: HeldRuns, runIds: readonly string[]): Promise<void> {
    let open = runIds;
    while (open.length > 0) {
      const wanted = open.filter((id) => held.undoes(id));
      const undos = wanted.length > 0 ? await held.tx.run(beginUndos, [wanted]) : [];
      const begun = new Set(undos.map(({ runId }) => runId));
      await this.#end(
        held,
        open.filter((id) => !begun.has(id)),
      );
      const jobs: NewJob[] = [];
      const impossible: Undone[] = [];
      for (const { runId, step, item, undo } of undos) {
        if (undo.job) jobs.push(undoJob(held.get(runId), step, item, undo.name, undo.job));
        else impossible.push({ runId, step, item, message: undo.error ?? '' });
      }
      await held.enqueue(this.engine, jobs);
      open = await this.#record(held, impossible);
    }
  }

  /** Records undo jobs that have ended, and goes on where a step's are over. */
  async settle(held: HeldRuns, ends: readonly StepEnd[]): Promise<void> {
    const undone = ends.map(({ runId, step, item, verb, reason }) => {
      return { runId, step, item, message: verb === 'complete' ? null : (reason ?? '') };
    });
    await this.compensate(held, await this.#record(held, undone));
  }

  /** @returns runs whose step is undone now, or as far as it can be */
  async #record(held: HeldRuns, undone: readonly Undone[]): Promise<string[]> {
    if (undone.length === 0) return [];
    const groups = groupsByRun(undone);
    const rows = await held.tx.run(recordUndos, [
      groups.map(({ runId }) => runId),
      groups.map(({ step }) => step),
      groups.map(({ jobs }) => jobs),
      groups.map(({ notUndone }) => undoneJson(notUndone)),
    ]);
    return rows.filter(({ remaining }) => remaining === 0).map(({ runId }) => runId);
  }

  async #end(held: HeldRuns, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) held.ended.push(...(await held.tx.run(endRuns, [ids])));
  }
}

interface UndoneStep {
  readonly runId: string;
  readonly step: string;
  jobs: number;
  readonly notUndone: NotUndone[];
}

/** A run undoes one step at a time. */
function groupsByRun(undone: readonly Undone[]): UndoneStep[] {
  const groups = new Map<string, UndoneStep>();
  for (const { runId, step, item, message } of undone) {
    const group = groups.get(runId) ?? { runId, step, jobs: 0, notUndone: [] };
    groups.set(runId, group);
    group.jobs++;
    if (message !== null) group.notUndone.push({ step, item, message });
  }
  return byRunId([...groups.values()]);
}
