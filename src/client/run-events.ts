import { setTimeout as delay } from 'node:timers/promises';
import { NotFoundError } from '../core/errors.js';
import type { ItemState, StepState } from '../core/run-state.js';
import { isRunOver } from '../core/run-state.js';
import type { Database } from '../repositories/database.js';
import type { RunEventsRow } from '../repositories/sql/find-run-events.js';
import { findRunEvents } from '../repositories/sql/find-run-events.js';
import { existingId } from './job-id.js';
import { interruptible } from './interruptible.js';

/** Something that happened in a run: a step began, an item of it is over, or the step is. Undoing is told by `status`. */
export interface RunEvent {
  readonly step: string;
  /** The item, from 0, whose job is over; null if the event is of the step itself. */
  readonly item: number | null;
  /** `running` when the step begins; else how the item or the step ended. */
  readonly state: StepState | ItemState;
  /** Jobs of the step that were over then. */
  readonly done: number;
  /** Jobs of the step. */
  readonly total: number;
  /** By the clock of the database. */
  readonly at: Date;
}

const PAGE = 1_000;
const POLL_MS = { first: 50, last: 1_000 };

/**
 * What has happened in a run from its beginning, and then what happens, in its order, until the run is over. Nothing is
 * kept for a watcher who stops reading; `return()` ends it at once, also in the midst of a wait.
 */
export function runEvents(database: Database, id: string): AsyncIterableIterator<RunEvent> {
  return interruptible((signal) => follow(database, id, signal));
}

async function* follow(database: Database, id: string, signal: AbortSignal): AsyncGenerator<RunEvent, undefined> {
  const stored = existingId(id, 'run');
  const reader = new EventReader();
  for (let pause = POLL_MS.first; !signal.aborted;) {
    const [row] = await database.run(findRunEvents, [stored, reader.position, reader.finished, PAGE]);
    if (!row) throw new NotFoundError('run', id);
    const events = reader.read(row);
    yield* events;
    if (row.items.length === PAGE) continue;
    if (isRunOver(row.state)) return;
    pause = events.length > 0 ? POLL_MS.first : Math.min(pause * 1.5, POLL_MS.last);
    await delay(pause, undefined, { signal }).catch(() => undefined); // aborted: the loop ends
  }
}

type StepRow = RunEventsRow['steps'][number];

/** Turns looks at a run into events, each once. Steps come one after the other, items in the order in which they ended. */
class EventReader {
  /** Of the step that is being read. */
  position = 0;
  /** How many of its items have been read. */
  finished = 0;
  #begun = false;

  read({ steps, items }: RunEventsRow): RunEvent[] {
    const events: RunEvent[] = [];
    for (const step of steps) {
      if (!this.#begun) events.push(eventOf(step, null, 'running', 0, step.startedAt));
      this.#begun = true;
      for (const { position, item, state, finishOrder, finishedAt } of items) {
        if (position !== step.position) continue;
        events.push(eventOf(step, item, state, finishOrder, finishedAt));
        this.finished = finishOrder;
      }
      const { kind, state, total, remaining, finishedAt } = step;
      const caughtUp = kind === 'one' || this.finished === total - remaining;
      if (finishedAt === null || !caughtUp) break;
      events.push(eventOf(step, null, state, total, finishedAt));
      this.position = step.position + 1;
      this.finished = 0;
      this.#begun = false;
    }
    return events;
  }
}

function eventOf(
  { step, total }: StepRow,
  item: number | null,
  state: RunEvent['state'],
  done: number,
  at: number,
): RunEvent {
  return { step, item, state, done, total, at: new Date(at) };
}
