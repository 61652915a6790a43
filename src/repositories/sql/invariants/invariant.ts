import { statement, type Statement } from '../../statement.js';

/** One thing of which an invariant does not hold. */
export interface ViolationRow {
  /** Of a job or a run; or the key, or the sequence, of which it is said. */
  readonly id: string;
  readonly problem: string;
  /** Of how many things the invariant does not hold. */
  readonly total: number;
}

/** What must hold in every snapshot of the tables; the statement gives what it does not hold of, by id. */
export interface Invariant extends Statement<readonly [limit: number], ViolationRow> {
  /** What holds, as a sentence. */
  readonly meaning: string;
  /**
   * Whether it may be broken for a moment without a defect, until the leader's next sweep mends it: then only what is
   * found twice counts.
   */
  readonly settles: boolean;
}

/** @param violations a SELECT of `id` and `problem` in a schema */
export function invariant(
  name: string,
  meaning: string,
  violations: (schema: string) => string,
  { settles = false }: { readonly settles?: boolean } = {},
): Invariant {
  const check = statement<readonly [limit: number], ViolationRow>(
    name,
    ({ schema }) => `
select id::text as id, problem, (count(*) over ())::int as total from (${violations(schema)}) v
order by 1, 2 limit $1::int`,
  );
  return { ...check, meaning, settles };
}
