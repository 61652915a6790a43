import type { RunState } from '../../core/run-state.js';
import { isRunOver, RUN_STATES } from '../../core/run-state.js';
import type { Statement } from '../statement.js';
import { statement } from '../statement.js';
import type { RunStatusRow } from './find-run.js';
import { runStatusRow } from './find-run.js';
import { unfinishedKinds } from './unfinished-kinds.js';

/** Which runs are meant; every condition given must hold. */
export interface RunListFilter {
  readonly states?: readonly RunState[];
  readonly name?: string;
  readonly version?: string;
  readonly tag?: string;
  /** Epoch milliseconds. */
  readonly createdBefore?: number;
  readonly createdAfter?: number;
}

type ListParams = readonly [limit: number, after: string | null, ...conditions: unknown[]];

/**
 * A page of runs, newest first, by the primary key: ids are UUID v7, so their order is that of creation. Those that failed
 * or were cancelled have an index of their own, and so have those that are not over. Whatever else a filter asks for is
 * looked for among all runs of its states, the newest first, for as long as it takes to fill the page.
 */
export function listRuns(filter: RunListFilter): {
  readonly statement: Statement<ListParams, RunStatusRow>;
  readonly conditions: unknown[];
} {
  const conditions: unknown[] = [];
  const { states = ALL } = filter;
  const where = clauses(filter, (value) => `$${conditions.push(value) + 2}`);
  const shape = `${Object.keys(filter).sort().join('-')}-${(filter.states ?? []).join('-')}`;
  return {
    conditions,
    statement: statement<ListParams, RunStatusRow>(`list-runs-${shape}`, ({ schema }) => {
      const page = states.some(isRunOver) ? runs(schema, states, where) : openRuns(schema, states, where);
      return `with page as materialized (${page}) select ${runStatusRow(schema)} from page r order by r.id desc`;
    }),
  };
}

const ALL = Object.keys(RUN_STATES) as RunState[];

/** A range of the primary key also for the first page, and in a plan that is made before `$2` is known. */
const AFTER = `r.id <= coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') and r.id is distinct from $2`;

const runs = (schema: string, states: readonly RunState[], where: readonly string[]): string => `
select r.* from ${schema}.pipeline_run r where ${[AFTER, ...stateIn(states), ...where].join(' and ')} order by r.id desc limit $1`;

/** Of each version of a pipeline that has such runs, the newest: no order but that of pipelines has all of them together. */
const openRuns = (schema: string, states: readonly RunState[], where: readonly string[]): string => `
select r.* from (${unfinishedKinds(schema)}) k
cross join lateral (
  select r.* from ${schema}.pipeline_run r
  where r.finished_at is null and r.name = k.name and r.version = k.version
    and ${[AFTER, ...stateIn(states), ...where].join(' and ')} order by r.id desc limit $1
) r
order by r.id desc limit $1`;

function clauses(filter: RunListFilter, bind: (value: unknown) => string): string[] {
  const { name, version, tag, createdBefore, createdAfter } = filter;
  return [
    ...(name !== undefined ? [`r.name = ${bind(name)}`] : []),
    ...(version !== undefined ? [`r.version = ${bind(version)}`] : []),
    ...(tag !== undefined ? [`${bind(tag)} = any(r.tags)`] : []),
    ...(createdBefore !== undefined ? [`r.created_at < to_timestamp(${bind(createdBefore)}::float8 / 1000)`] : []),
    ...(createdAfter !== undefined ? [`r.created_at >= to_timestamp(${bind(createdAfter)}::float8 / 1000)`] : []),
  ];
}

/** Literals, not parameters: the planner must see that the partial index on failed runs covers the question. */
function stateIn(states: readonly RunState[]): string[] {
  return states === ALL ? [] : [`r.state in (${states.map((state) => `'${state}'`).join(', ') || 'null'})`];
}
