import type { OnConflict, UniqueScope } from '../core/unique.js';
import type { EnqueueParams } from '../repositories/sql/enqueue-jobs.js';

/** A job that is about to be inserted; validated, rendered and bounded by whoever made it. */
export interface NewJob {
  /** UUID v7. */
  readonly id: string;
  readonly name: string;
  readonly queue: string;
  readonly priority: number;
  /** JSON text. */
  readonly payload: string;
  /** Of the payload's shape; null: the first. */
  readonly payloadVersion: number | null;
  readonly maxAttempts: number;
  readonly timeoutMs: number | null;
  readonly keepMs: number | null;
  readonly lockKey: string | null;
  readonly tags: readonly string[];
  readonly delayMs: number | null;
  /** ISO 8601. */
  readonly runAt: string | null;
  readonly meta: Readonly<Record<string, unknown>> | null;
  readonly owner: string | null;
  readonly tenant: string;
  readonly run: {
    readonly id: string;
    readonly pipeline: string;
    readonly step: string;
    readonly item: number | null;
  } | null;
  readonly unique: NewUniqueKey | null;
}

export interface NewUniqueKey {
  readonly key: string;
  readonly scope: UniqueScope;
  readonly periodMs: number | null;
  readonly onConflict: OnConflict;
}

/** The parameters of `enqueue-jobs`: one array a column, as short as it can be. */
export function enqueueParams(jobs: readonly NewJob[], channel: string | null): EnqueueParams {
  return [
    jobs.map(({ id }) => id),
    same(jobs.map(({ name }) => name)),
    same(jobs.map(({ queue }) => queue)),
    same(jobs.map(({ priority }) => priority)),
    jobs.map(({ payload }) => payload),
    same(jobs.map(({ maxAttempts }) => maxAttempts)),
    sparse(jobs.map(({ timeoutMs }) => timeoutMs)),
    sparse(jobs.map(({ keepMs }) => keepMs)),
    sparse(jobs.map(({ lockKey }) => lockKey)),
    same(jobs.map(({ tags }) => arrayLiteral(tags))),
    sparse(jobs.map(({ delayMs }) => delayMs)),
    sparse(jobs.map(({ runAt }) => runAt)),
    sparse(jobs.map(({ run }) => run?.id ?? null)),
    sparse(jobs.map(({ run }) => run?.step ?? null)),
    sparse(jobs.map(({ run }) => run?.item ?? null)),
    channel,
    sparse(jobs.map(({ meta }) => (meta ? JSON.stringify(meta) : null))),
    sparse(jobs.map(({ owner }) => owner)),
    same(jobs.map(({ tenant }) => tenant)),
    sparse(jobs.map(({ run }) => run?.pipeline ?? null)),
    sparse(jobs.map(({ payloadVersion }) => payloadVersion)),
  ];
}

/** One value, if it is that of all: most columns of a batch are, and each element costs both sides. */
function same<T>(values: readonly T[]): readonly T[] {
  const [first] = values;
  return values.length > 1 && values.every((value) => value === first) ? values.slice(0, 1) : values;
}

/** No value, if there is none: PostgreSQL fills columns that are too short with nulls. */
function sparse<T>(values: readonly (T | null)[]): readonly (T | null)[] {
  return values.every((value) => value === null) ? [] : values;
}

/** An array inside an array of parameters must be written by hand: PostgreSQL's arrays are rectangular. */
export function arrayLiteral(values: readonly string[]): string {
  if (values.length === 0) return '{}';
  return `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
