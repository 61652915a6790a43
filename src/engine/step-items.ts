import type { EntityManager } from 'typeorm';
import { AttemptAbortedError } from '../core/errors.js';
import type { HandlerClass } from '../core/handler-class.js';
import { StepResultsError } from '../core/step-results-error.js';
import { handlerDefinition } from '../registry/handler-definition.js';
import type { StepItem } from '../registry/step-item.js';
import type { Database } from '../repositories/database.js';
import { runnerOf } from '../repositories/session.js';
import { findItems } from '../repositories/sql/find-items.js';
import type { RunShapeRow } from '../repositories/sql/find-run-shape.js';
import { findRunShape } from '../repositories/sql/find-run-shape.js';
import type { Attempt } from './attempt.js';

/** What `job.results` reads: the items of a fan-out that is over, a page in memory at a time. */
export class StepItems {
  constructor(private readonly database: Database) {}

  /**
   * @param manager of the attempt: in a transaction it has a connection, and others may wait for one
   * @throws StepResultsError; AttemptAbortedError when the attempt should stop
   */
  async *read(
    attempt: Attempt,
    manager: EntityManager,
    handler: HandlerClass,
    step: string,
  ): AsyncGenerator<StepItem, void, undefined> {
    const { runId } = attempt.row;
    if (runId === null) throw outsideRun(attempt, step);
    const on = runnerOf(this.database, manager);
    const [run] = await on.run(findRunShape, [runId, step]);
    if (!run) throw gone(attempt);
    checkReadable(attempt, run, handler, step);
    for (let place = 0; place < run.total;) {
      const page = await on.run(findItems, [runId, step, place]);
      if (page.length === 0) throw gone(attempt);
      for (const { item, state, result } of page) {
        if (attempt.aborted) throw attempt.aborted;
        yield { item, result: state === 'completed' || state === 'substituted' ? result : undefined };
      }
      place += page.length;
    }
  }
}

function checkReadable({ id, row }: Attempt, run: RunShapeRow, handler: HandlerClass, step: string): void {
  const own = row.step ?? '';
  const shape = run.steps.find(({ name }) => name === step);
  const { name } = handlerDefinition(handler);
  if (!shape) {
    const names = run.steps.flatMap(({ name, kind }) => (kind === 'each' ? [`"${name}"`] : []));
    const problem = `the pipeline of its run has no such step. Its fan-outs: ${names.join(', ') || 'none'}.`;
    throw new StepResultsError('RESULTS_STEP_UNKNOWN', id, step, problem);
  }
  if (shape.kind !== 'each') {
    const problem = `it is no fan-out. Hand on its result in the payload of step "${own}".`;
    throw new StepResultsError('RESULTS_NOT_FANNED_OUT', id, step, problem);
  }
  if (shape.handler !== name) {
    const problem = `they are results of job "${shape.handler}", and not of "${name}". Name the class of that step.`;
    throw new StepResultsError('RESULTS_OF_ANOTHER_HANDLER', id, step, problem);
  }
  if (!isOverBy(run, own).has(step) || run.state === null || run.state === 'running') {
    const problem = `it need not be over when step "${own}" begins. Let that come after it: { after: ['${step}'] }.`;
    throw new StepResultsError('RESULTS_NOT_COMPLETE', id, step, problem);
  }
}

/** The steps that are over when a step is: itself, and all that it comes after. */
function isOverBy({ steps }: RunShapeRow, step: string): ReadonlySet<string> {
  const over = new Set([step]);
  for (const { name, after } of [...steps].reverse())
    if (over.has(name)) for (const earlier of after) over.add(earlier);
  return over;
}

function outsideRun({ id }: Attempt, step: string): StepResultsError {
  const problem = 'it belongs to no run of a pipeline. Only the jobs of runs have steps before them.';
  return new StepResultsError('RESULTS_OUTSIDE_RUN', id, step, problem);
}

/** A run keeps what it has as long as a job of it is under way. */
function gone({ id }: Attempt): AttemptAbortedError {
  return new AttemptAbortedError(
    'LEASE_LOST',
    `Job ${id} belongs to another attempt; its run has nothing for this one.`,
  );
}
