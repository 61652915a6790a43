import type { JobState } from '../../core/job-state.js';
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
 * A page ends where the next begins, so no page costs more for being far down. Failed jobs have an index of their own, and
 * so have those of a run; running ones are known to their claims. Whatever else a filter asks for is looked for among all
 * jobs of its states, the newest first, for as long as it takes to fill the page.
 */
export function listJobs(filter: ListFilter): { statement: Statement<ListParams, JobRow>; conditions: unknown[] } {
  const conditions: unknown[] = [];
  const bind = (value: unknown): string => `$${conditions.push(value) + 2}`;
  const { runId } = filter;
  const ofRun = runId === undefined ? null : `j.run_id = ${bind(runId)}::uuid`;
  const where = [AFTER, ...clauses(filter, bind)].join(' and ');
  const shape = `${Object.keys(filter).sort().join('-')}-${(filter.states ?? []).join('-')}`;
  return {
    conditions,
    statement: statement<ListParams, JobRow>(`list-jobs-${shape}`, ({ schema }) => {
      // The jobs of a run first (`offset 0` sees to it), and then their order: else the planner may walk over all jobs.
      const from = ofRun === null ? `${schema}.jobs` : `(select * from ${schema}.jobs j where ${ofRun} offset 0)`;
      const running = isOnly(filter.states, 'running') ? ` and ${claimed(schema)}` : '';
      return `select ${jobRow} from ${from} j where ${where}${running} order by j.id desc limit $1`;
    }),
  };
}

/** A range of the primary keys also for the first page, and in a plan that is made before `$2` is known. */
const AFTER = `j.id <= coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') and j.id is distinct from $2`;

/** Every running job is in the row of its claim: a few thousand ids, however many jobs wait. */
const claimed = (schema: string): string => `j.id = any(array(select unnest(c.job_ids) from ${schema}.claim c))`;

function clauses(filter: ListFilter, bind: (value: unknown) => string): string[] {
  const { states, names, queues, tag, createdBefore, createdAfter } = filter;
  return [
    ...(states ? [stateClause(states)] : []),
    ...(names ? [`j.name = any(${bind(names)}::text[])`] : []),
    ...(queues ? [`j.queue = any(${bind(queues)}::text[])`] : []),
    ...(tag !== undefined ? [`${bind(tag)} = any(j.tags)`] : []),
    ...(createdBefore !== undefined ? [`j.created_at < to_timestamp(${bind(createdBefore)}::float8 / 1000)`] : []),
    ...(createdAfter !== undefined ? [`j.created_at >= to_timestamp(${bind(createdAfter)}::float8 / 1000)`] : []),
  ];
}

/**
 * Literals, not parameters: the planner must see which tables, and that the partial index on failed jobs, cover the
 * question. What says the same again tells it of tables whose rows have no such column.
 */
function stateClause(states: readonly JobState[]): string {
  const list = states.map((state) => `'${state}'`).join(', ');
  return [
    `j.state in (${list || 'null'})`,
    ...(isOnly(states, 'completed', 'cancelled', 'discarded') ? ['j.finished_at is not null'] : []),
    ...(isOnly(states, 'cancelled', 'discarded') ? [`j.state <> 'completed'`] : []),
    ...(isOnly(states, 'scheduled', 'retryable') ? ['j.run_at is not null'] : []),
  ].join(' and ');
}

function isOnly(states: readonly JobState[] | undefined, ...of: readonly JobState[]): boolean {
  return states !== undefined && states.every((state) => of.includes(state));
}
