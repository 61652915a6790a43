import type { PlanNode } from './explain.js';

/** What a plan may cost. PostgreSQL 15 goes down an index anew for each probe of a batch; later ones take fewer buffers. */
export interface PlanBounds {
  /** Blocks of tables and indexes, found in memory or not. */
  readonly buffers: number;
  /** Rows that one node of the plan takes in. */
  readonly rows: number;
  /** Rows that are sorted at once. */
  readonly sorted: number;
}

/** Tables that are small whatever there is to do: a row for each worker, claimed batch, queue or job type. */
const SMALL = /^(?:worker|claim|queue|leader|job_type|pipeline|pg_.*)$/;

/**
 * Runs that were rolled back, and whatever else the server does, leave rows and index entries that are read over. A plan
 * that does not scale with its batch reads ten times as much and more.
 */
const READ_OVER = 3;

/** What is wrong with a plan; empty if nothing is. A sequential scan that stops at its first row, or finds none, harms nobody. */
export function planFaults(plan: PlanNode, bounds: PlanBounds): string[] {
  const faults = nodes(plan).flatMap((node) => nodeFaults(node, bounds));
  const buffers = buffersOf(plan);
  const allowed = READ_OVER * bounds.buffers;
  return buffers > allowed ? [...faults, `${buffers} buffers, of ${allowed} allowed`] : faults;
}

function nodeFaults(node: PlanNode, bounds: PlanBounds): string[] {
  const taken = rowsTaken(node);
  const where = node['Relation Name'] ?? node['Subplan Name'] ?? '';
  const what = `${node['Node Type']} ${where}`.trim();
  return [
    ...(node['Node Type'] === 'Seq Scan' && !SMALL.test(where) && taken > 1 ? [`${what} of ${taken} rows`] : []),
    ...(node['Node Type'].endsWith('Sort') && sortedAtOnce(node) > bounds.sorted
      ? [`${what} of ${sortedAtOnce(node)} rows at once`]
      : []),
    ...(taken > bounds.rows ? [`${what} takes ${taken} rows, of ${bounds.rows} allowed`] : []),
  ];
}

/** Rows that the largest insert, update or delete gave. */
export function rowsWritten(plan: PlanNode): number {
  return Math.max(0, ...nodes(plan).map((node) => (node.Operation === undefined ? 0 : (node['Actual Rows'] ?? 0))));
}

/** What came out of a node and what it threw away, in all its loops. */
function rowsTaken(node: PlanNode): number {
  const removed =
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Join Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0);
  return Math.round(((node['Actual Rows'] ?? 0) + removed) * (node['Actual Loops'] ?? 0));
}

/** Of the rows that go in: a limit above it does not make a sort read less. */
function sortedAtOnce({ Plans: [input] = [] }: PlanNode): number {
  return Math.round(input?.['Actual Rows'] ?? 0);
}

/**
 * Blocks that a plan and all its parts touched. What a CTE took is told twice, by its own plan and by whoever read from
 * it first; and one that nobody reads from runs after the plan that it hangs on, and is not part of that one's figure.
 */
export function buffersOf(node: PlanNode): number {
  const children = node.Plans ?? [];
  const included = children.filter((child) => !child['Subplan Name']?.startsWith('CTE '));
  const own = node['Node Type'] === 'CTE Scan' ? 0 : blocks(node) - sum(included.map(blocks));
  return own + sum(children.map(buffersOf));
}

function blocks(node: PlanNode): number {
  return (node['Shared Hit Blocks'] ?? 0) + (node['Shared Read Blocks'] ?? 0);
}

function nodes(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodes)];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
