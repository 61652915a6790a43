import type { Verb } from '../../core/job-state.js';
import { anyOf } from './any-of.js';
import { guard } from './guard.js';

/** What a statement that ends attempts gives back: one row. */
export interface SettledRow {
  /** Id and token, with a space between, of each attempt that was really the caller's; null if all of them were. */
  readonly accepted: readonly string[] | null;
}

/** A job of which a cancel was requested does not go back among those that wait; its worker then cancels it. */
export const NOT_CANCELLED = 'j.cancel_requested_at is null';

/**
 * The fence of statements that end attempts: ids as parameter 1, in ascending order, and their tokens as parameter 2. A
 * late answer of a worker that lost its lease finds no row with its token and changes nothing.
 *
 * Not a join with the parameters: for a batch of 500 the planner may make that a comparison of each with each, or a
 * sequential scan. `anyOf` is a probe of the primary key for each id, and `width_bucket` finds its place in the sorted
 * array by bisection.
 */
export function fenced(verb: Verb, condition = 'true'): string {
  return `j.id = ${anyOf(1, 'uuid')} and j.token = ($2::bigint[])[${place('j')}] and ${guard(verb, 'job', 'j')} and ${condition}`;
}

/** The element of another array parameter that belongs to a row. @example given(3, 'text', 'g') */
export function given(parameter: number, type: string, alias: string): string {
  return `($${parameter}::${type}[])[${place(alias)}]`;
}

/** The place of a row in the array parameters, from 1 on. */
export const place = (alias: string): string => `width_bucket(${alias}.id, $1::uuid[])`;

/** The CTE `gone`: takes the rows of attempts out of `job`. */
export function takeAttempts(schema: string, verb: Verb, condition?: string): string {
  return `gone as (
  delete from ${schema}.job j where ${fenced(verb, condition)} returning j.*
)`;
}

/** The closing SELECT. That all were accepted is the rule, and said in one word instead of a row for each. */
export function settledRow(from: string, token = 'token'): string {
  return `select case when (select count(*) from ${from}) < cardinality($1::uuid[])
    then array(select id::text || ' ' || ${token}::text from ${from}) end as accepted`;
}
