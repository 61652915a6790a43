import { setTimeout as delay } from 'node:timers/promises';
import { NotFoundError } from '../core/errors.js';
import type { ItemState, StepState } from '../core/run-state.js';
import { isRunOver } from '../core/run-state.js';
import type { Database } from '../repositories/database.js';
import type { RunEventsRow } from '../repositories/sql/find-run-events.js';
import { findRunEvents } from '../repositories/sql/find-run-events.js';
import { EventCursor } from './event-cursor.js';
import { existingId } from './job-id.js';
import { interruptible } from './interruptible.js';

/**
 * Something that happened in a run: a step began, an item of it is over, or the step is. One that is skipped before it begins
 * has that event only. Undoing is told by `status`.
 */
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
  /** Where this watcher is: `run.events({ after: cursor })` goes on behind this event, in any process. */
  readonly cursor: string;
}

/** Where a watcher begins. */
export interface EventsOptions {
  /** The `cursor` of the last event that was seen. Default: from the beginning of the run. */
  readonly after?: string;
}

const PAGE = 1_000;
const POLL_MS = { first: 50, last: 1_000 };

/**
 * What has happened in a run from its beginning, and then what happens, until the run is over: the events of a step in their
 * order, after those of the steps that it waited for. Of steps that run side by side either may be told first. A step that
 * is done again, because the run was retried, is told again. Nothing is kept for a watcher who stops reading; `return()` ends
 * it at once, also in the midst of a wait.
 */
export function runEvents(
  database: Database,
  id: string,
  { after }: EventsOptions = {},
): AsyncIterableIterator<RunEvent> {
  return interruptible((signal) => follow(database, id, after, signal));
}

async function* follow(
  database: Database,
  id: string,
  after: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, undefined> {
  const stored = existingId(id, 'run');
  const reader = new EventReader(after === undefined ? new EventCursor() : EventCursor.parse(after));
  for (let pause = POLL_MS.first; !signal.aborted;) {
    const [row] = await database.run(findRunEvents, [stored, ...reader.told, PAGE]);
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

/**
 * Turns looks at a run into events, each once. A look tells of steps in the order of their declaration, in which a step
 * stands after all that it waited for; items come in the order in which they ended.
 */
class EventReader {
  constructor(private readonly cursor: EventCursor) {}

  /** What has been read, as `find-run-events` asks for it. */
  get told(): EventCursor['columns'] {
    return this.cursor.columns;
  }

  read({ steps, items }: RunEventsRow): RunEvent[] {
    const events: RunEvent[] = [];
    for (const step of steps) {
      events.push(...this.#beginning(step));
      for (const { position, item, state, finishOrder, finishedAt } of items) {
        if (position !== step.position) continue;
        this.cursor.item(position, finishOrder);
        events.push(this.#event(step, item, state, finishOrder, finishedAt));
      }
      if (!this.#isCaughtUp(step)) break; // what comes after it is told after the rest of its items
      if (step.finishedAt === null) continue;
      this.cursor.end(step.position);
      events.push(this.#event(step, null, step.state, step.total, step.finishedAt));
    }
    return events;
  }

  #beginning(step: StepRow): RunEvent[] {
    if (this.cursor.hasBegun(step.position, step.startedAt)) return [];
    this.cursor.begin(step.position, step.startedAt);
    return wasPassedOver(step) ? [] : [this.#event(step, null, 'running', 0, step.startedAt)];
  }

  #isCaughtUp({ kind, position, total, remaining }: StepRow): boolean {
    return kind === 'one' || this.cursor.itemsOf(position) === total - remaining;
  }

  #event({ step, total }: StepRow, item: number | null, state: RunEvent['state'], done: number, at: number): RunEvent {
    return { step, item, state, done, total, at: new Date(at), cursor: String(this.cursor) };
  }
}

/** Skipped without having begun. */
function wasPassedOver({ state, total }: StepRow): boolean {
  return state === 'skipped' && total === 0;
}
