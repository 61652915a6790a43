import type { JobState } from '../../core/job-state.js';
import { isFinal } from '../../core/job-state.js';
import type { Statement } from '../statement.js';
import { statement } from '../statement.js';
import type { JobRow } from './find-jobs.js';
import { jobRow } from './find-jobs.js';

/** Which jobs are meant; every condition given must hold. */
export interface ListFilter {
  readonly states?: readonly JobState[];
  readonly names?: readonly string[];
  readonly queues?: readonly string[];
  readonly tag?: string;
  readonly runId?: string;
  /** Epoch milliseconds. */
  readonly createdBefore?: number;
  readonly createdAfter?: number;
}

type ListParams = readonly [limit: number, after: string | null, ...conditions: unknown[]];

/**
 * A page of jobs, newest first, by the primary keys of the tables: ids are UUID v7, so their order is that of creation.
 * A page ends where the next begins, so no page costs more for being far down. Failed jobs have an index of their own.
 */
export function listJobs(filter: ListFilter): { statement: Statement<ListParams, JobRow>; conditions: unknown[] } {
  const conditions: unknown[] = [];
  const bind = (value: unknown): string => `$${conditions.push(value) + 2}`;
  const where = ['($2::uuid is null or j.id < $2)', ...clauses(filter, bind)].join(' and ');
  const shape = `${Object.keys(filter).sort().join('-')}-${(filter.states ?? []).join('-')}`;
  return {
    conditions,
    statement: statement<ListParams, JobRow>(
      `list-jobs-${shape}`,
      ({ schema }) => `select ${jobRow} from ${schema}.jobs j where ${where} order by j.id desc limit $1`,
    ),
  };
}

function clauses(filter: ListFilter, bind: (value: unknown) => string): string[] {
  const { states, names, queues, tag, runId, createdBefore, createdAfter } = filter;
  return [
    ...(states ? [stateClause(states)] : []),
    ...(names ? [`j.name = any(${bind(names)}::text[])`] : []),
    ...(queues ? [`j.queue = any(${bind(queues)}::text[])`] : []),
    ...(tag !== undefined ? [`${bind(tag)} = any(j.tags)`] : []),
    ...(runId !== undefined ? [`j.run_id = ${bind(runId)}::uuid`] : []),
    ...(createdBefore !== undefined ? [`j.created_at < to_timestamp(${bind(createdBefore)}::float8 / 1000)`] : []),
    ...(createdAfter !== undefined ? [`j.created_at >= to_timestamp(${bind(createdAfter)}::float8 / 1000)`] : []),
  ];
}

/** Literals, not parameters: the planner must see that the partial index on failed jobs covers the question. */
function stateClause(states: readonly JobState[]): string {
  const list = states.map((state) => `'${state}'`).join(', ');
  const failedOnly = states.every((state) => isFinal(state) && state !== 'completed');
  return `j.state in (${list || 'null'})${failedOnly ? ` and j.state <> 'completed'` : ''}`;
}
