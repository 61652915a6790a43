import type pg from 'pg';
import type { Database } from '../../src/repositories/database.js';
import type { Statement } from '../../src/repositories/statement.js';

/** A node of a plan that has been run, as PostgreSQL reports it. Rows are a mean of the loops. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly Operation?: string;
  readonly 'Relation Name'?: string;
  readonly 'Subplan Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** `generic`: made without knowing the parameters, as that of a statement which a worker has prepared. */
export const PLAN_MODES = ['custom', 'generic'] as const;
export type PlanMode = (typeof PLAN_MODES)[number];

/** Runs a statement in a transaction that is rolled back. @returns the plan by which it ran */
export async function explain<P extends readonly unknown[], R>(
  { client, database }: { readonly client: pg.Client; readonly database: Database },
  statement: Statement<P, R>,
  params: P,
  mode: PlanMode,
): Promise<PlanNode> {
  const { text } = database.rendered(statement);
  const values = params.length > 0 ? `(${params.map(literal).join(', ')})` : '';
  await client.query('begin');
  try {
    await client.query(`set local plan_cache_mode = force_${mode}_plan`);
    await client.query(`prepare explained as ${text}`);
    const { rows } = await client.query<{ 'QUERY PLAN': readonly [{ readonly Plan: PlanNode }] }>(
      `explain (analyze, buffers, costs off, timing off, format json) execute explained${values}`,
    );
    const [row] = rows;
    if (!row) throw new Error('explain gives a row');
    return row['QUERY PLAN'][0].Plan;
  } finally {
    await client.query('rollback');
    await client.query('deallocate all');
  }
}

/** A parameter as text, in the form that every type reads. */
function literal(value: unknown): string {
  if (value === null) return 'null';
  const text = Array.isArray(value) ? `{${value.map(element).join(',')}}` : textOf(value);
  return `'${text.replaceAll("'", "''")}'`;
}

function element(value: unknown): string {
  return value === null ? 'null' : `"${textOf(value).replace(/["\\]/g, '\\$&')}"`;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TypeError(`statements are not sent parameters such as ${JSON.stringify(value)}`);
}
