import type { Statement } from '../../src/repositories/statement.js';
import type { PlanBounds } from './plan-faults.js';

/** A statement with parameters as the engine sends them to the filled schema. */
export interface StatementCase {
  readonly title: string;
  readonly statement: Statement<readonly unknown[], unknown>;
  readonly params: readonly unknown[];
  /** Rows that it gives: a statement that finds nothing has a good plan, whatever it is. */
  readonly answers: number;
  /** Rows that its largest insert, update or delete gives. */
  readonly writes: number;
  readonly bounds: PlanBounds;
  /** Why its plan may be another as long as the planner has no statistics, or old ones. */
  readonly onlyFresh: string | undefined;
}

interface Expected extends Partial<PlanBounds> {
  /** What tells this case from another of the statement. */
  readonly of?: string;
  readonly answers: number;
  readonly writes?: number;
  readonly buffers: number;
  readonly onlyFresh?: string;
}

/** Unless said otherwise, no node takes more rows than a few a row of the largest batch, and none sorts more than a batch. */
const DEFAULTS = { rows: 5_000, sorted: 1_000 } as const;

export function statementCase<P extends readonly unknown[], R>(
  statement: Statement<P, R>,
  params: P,
  { of, answers, writes = 0, onlyFresh, ...bounds }: Expected,
): StatementCase {
  return {
    title: of === undefined ? statement.name : `${statement.name}, ${of}`,
    statement: statement,
    params,
    answers,
    writes,
    onlyFresh,
    bounds: { ...DEFAULTS, ...bounds },
  };
}
