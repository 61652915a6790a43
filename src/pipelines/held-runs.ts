import type { Engine } from '../engine/engine.js';
import type { NewJob } from '../engine/new-job.js';
import type { StatementRunner } from '../repositories/session.js';
import type { RunRow } from '../repositories/sql/lock-runs.js';
import { lockRuns } from '../repositories/sql/lock-runs.js';
import type { FinishedStep } from './run-situations.js';

/** A run that was completed, failed or cancelled. */
export interface EndedRun {
  readonly id: string;
  readonly name: string;
  readonly state: 'completed' | 'failed' | 'cancelled';
  readonly message: string;
}

/** The runs whose rows one transaction holds, and what is to be told of them once it has committed. */
export class HeldRuns {
  readonly #rows: ReadonlyMap<string, RunRow>;
  /** Those that this transaction stops, with whether they are to be undone. */
  readonly #stopped = new Map<string, boolean>();
  readonly enqueuedIds: string[] = [];
  readonly enqueuedNames = new Set<string>();
  readonly ended: EndedRun[] = [];
  /** Steps that are over in runs that go on. */
  readonly finished: FinishedStep[] = [];
  /** Runs that are stopping and have jobs left. */
  readonly unswept = new Set<string>();

  private constructor(
    readonly tx: StatementRunner,
    rows: readonly RunRow[],
  ) {
    this.#rows = new Map(rows.map((row) => [row.id, row]));
  }

  /** Waits for its turn at these runs; those that are over are left out. */
  static async lock(tx: StatementRunner, ids: Iterable<string>): Promise<HeldRuns> {
    return new HeldRuns(tx, await tx.run(lockRuns, [[...new Set(ids)]]));
  }

  has(id: string): boolean {
    return this.#rows.has(id);
  }

  get(id: string): RunRow {
    const row = this.#rows.get(id);
    if (!row) throw new Error(`run ${id} is not held`);
    return row;
  }

  /** No step of it begins any more. */
  stop(id: string, undoes: boolean): void {
    this.#stopped.set(id, undoes);
  }

  isRunning(id: string): boolean {
    return this.get(id).state === 'running' && !this.#stopped.has(id);
  }

  /** Whether it is undone before it ends. */
  undoes(id: string): boolean {
    return this.#stopped.get(id) ?? this.get(id).undoes;
  }

  async enqueue(engine: Engine, jobs: readonly NewJob[]): Promise<void> {
    if (jobs.length === 0) return;
    await engine.enqueue(this.tx, jobs, true);
    for (const { id, name } of jobs) {
      this.enqueuedIds.push(id);
      this.enqueuedNames.add(name);
    }
  }
}
