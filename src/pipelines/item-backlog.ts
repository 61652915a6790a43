import type { Engine } from '../engine/engine.js';
import type { NewJob } from '../engine/new-job.js';
import type { StatementRunner } from '../repositories/session.js';
import { storeBacklog as storeBacklogRows } from '../repositories/sql/store-backlog.js';
import { takeBacklog } from '../repositories/sql/take-backlog.js';
import { byRunId } from './by-run-id.js';
import type { HeldRuns } from './held-runs.js';
import type { StepEnd } from './step-end.js';
import { itemJob, storedItem } from './step-jobs.js';
import { stepKey } from './step-key.js';

const BATCH = 1_000;

/** Keeps items of runs whose rows the transaction holds until there is room for them. */
export async function storeBacklog(tx: StatementRunner, jobs: readonly NewJob[]): Promise<void> {
  for (let at = 0; at < jobs.length; at += BATCH) {
    const batch = jobs.slice(at, at + BATCH);
    await tx.run(storeBacklogRows, [
      batch.map(({ run }) => run?.id ?? ''),
      batch.map(({ run }) => run?.step ?? ''),
      batch.map(({ run }) => run?.item ?? 0),
      batch.map(storedItem),
    ]);
  }
}

/** Begins as many items of each step as are over now: so as many are under way as were before. */
export async function releaseBacklog(held: HeldRuns, engine: Engine, ends: readonly StepEnd[]): Promise<void> {
  if (ends.length === 0) return;
  const room = roomByStep(ends);
  const items = await held.tx.run(takeBacklog, [
    room.map(({ runId }) => runId),
    room.map(({ step }) => step),
    room.map(({ items }) => items),
  ]);
  await held.enqueue(
    engine,
    items.map(({ runId, step, item, job }) => itemJob(held.get(runId), step, item, job)),
  );
}

interface Room {
  readonly runId: string;
  readonly step: string;
  items: number;
}

function roomByStep(ends: readonly StepEnd[]): Room[] {
  const rooms = new Map<string, Room>();
  for (const { runId, step } of ends) {
    const key = stepKey({ runId, step });
    const room = rooms.get(key);
    if (room) room.items++;
    else rooms.set(key, { runId, step, items: 1 });
  }
  return byRunId([...rooms.values()]);
}
