import type pg from 'pg';
import type { Query } from './layout.js';

interface PlanNode {
  'Node Type': string;
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
}

interface Explained {
  Plan: PlanNode;
  'Planning Time': number;
  'Execution Time': number;
}

export interface Cost {
  planMs: number;
  executeMs: number;
  /** 8 kB pages found in or read into shared buffers. */
  buffers: number;
}

/** Runs the statement for real, unprepared, and says what it cost. */
export async function explainCost(client: pg.Client, query: Query): Promise<Cost> {
  const { rows } = await client.query<{ 'QUERY PLAN': Explained[] }>({
    text: `explain (analyze, buffers, format json) ${query.text}`,
    values: query.values,
  });
  const { Plan: plan, ...times } = rows[0]!['QUERY PLAN'][0]!;
  return {
    planMs: times['Planning Time'],
    executeMs: times['Execution Time'],
    buffers: (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0),
  };
}

/** The lines of a plan that tell which access paths were taken. */
export async function explainShape(client: pg.Client, query: Query): Promise<string> {
  const { rows } = await client.query<{ 'QUERY PLAN': string }>({
    text: `explain (analyze, buffers off, costs off, timing off, summary off) ${query.text}`,
    values: query.values,
  });
  return rows
    .map((row) => row['QUERY PLAN'])
    .filter((line) => /Scan|Join|Loop|Sort|Limit|LockRows|Update|Delete|Insert|Cond|Filter|CTE|InitPlan/.test(line))
    .join('\n');
}
