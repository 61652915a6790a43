import type { ListFilter } from '../../src/repositories/sql/list-jobs.js';
import { listJobs } from '../../src/repositories/sql/list-jobs.js';
import type { RunListFilter } from '../../src/repositories/sql/list-runs.js';
import { listRuns } from '../../src/repositories/sql/list-runs.js';
import { idOf, MILLION } from './million.js';
import { statementCase, type StatementCase } from './statement-case.js';

const PAGE = 51;

interface Page {
  readonly after?: string;
  readonly answers?: number;
  readonly buffers?: number;
  readonly rows?: number;
  readonly sorted?: number;
  readonly onlyFresh?: string;
}

function page(of: string, filter: ListFilter, { after, answers = PAGE, ...bounds }: Page = {}): StatementCase {
  const { statement, conditions } = listJobs(filter);
  return statementCase(statement, [PAGE, after ?? null, ...conditions], { of, answers, buffers: 400, ...bounds });
}

function runPage(of: string, filter: RunListFilter, { after, answers = PAGE, ...bounds }: Page = {}): StatementCase {
  const { statement, conditions } = listRuns(filter);
  return statementCase(statement, [PAGE, after ?? null, ...conditions], { of, answers, buffers: 1_000, ...bounds });
}

const held = MILLION.batches * MILLION.batchSize;

const onlyFresh = 'whether the newest fill a page is for the statistics to say';

/**
 * Pages whose filters have an index, or which the newest jobs fill. What few jobs have (a rare tag, a queue long unused) is
 * looked for among all of them: no index is worth its writes there.
 */
export const listCases: readonly StatementCase[] = [
  page('all', {}),
  page('from the middle on', {}, { after: idOf('available', MILLION.available / 2) }),
  page('of a queue', { queues: ['mail'] }),
  page('of a handler', { names: ['send-mail'] }),
  page('of a run', { runId: idOf('run', MILLION.runs - MILLION.unfinishedRuns + 1) }, { answers: 3 }),
  page('unfinished', { states: ['pending', 'scheduled', 'retryable', 'available', 'running'] }),
  page('available', { states: ['available'] }),
  // Each that runs, however many wait.
  page('running', { states: ['running'] }, { buffers: held * 5, rows: 2 * held, sorted: held }),
  page('scheduled', { states: ['scheduled'] }, { onlyFresh }),
  page('retryable', { states: ['retryable'] }, { onlyFresh }),
  page('completed', { states: ['completed'] }),
  page('discarded', { states: ['discarded'] }),
  page('failed', { states: ['discarded', 'cancelled'] }),
  page('failed of a queue', { states: ['discarded', 'cancelled'], queues: ['default'] }, { onlyFresh }),
  page('created before', { createdBefore: Date.now() + 3_600_000 }),
  page('created after', { createdAfter: Date.now() - 60_000 }),
  runPage('all', {}),
  runPage('from the middle on', {}, { after: idOf('run', MILLION.runs / 2) }),
  runPage('of a pipeline', { name: 'orders' }, { onlyFresh }),
  runPage('unfinished', { states: ['running', 'stopping', 'compensating'] }),
  runPage('running, of a pipeline', { states: ['running'], name: 'orders' }),
  runPage('failed', { states: ['failed', 'cancelled'] }),
  runPage('completed', { states: ['completed'] }, { after: idOf('run', MILLION.runs / 2), onlyFresh }),
];
