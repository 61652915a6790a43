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

/** The parameters of `enqueue-jobs`: one array a column. */
export function enqueueParams(jobs: readonly NewJob[], channel: string | null): EnqueueParams {
  return [
    jobs.map(({ id }) => id),
    jobs.map(({ name }) => name),
    jobs.map(({ queue }) => queue),
    jobs.map(({ priority }) => priority),
    jobs.map(({ payload }) => payload),
    jobs.map(({ maxAttempts }) => maxAttempts),
    jobs.map(({ timeoutMs }) => timeoutMs),
    jobs.map(({ keepMs }) => keepMs),
    jobs.map(({ lockKey }) => lockKey),
    jobs.map(({ tags }) => arrayLiteral(tags)),
    jobs.map(({ delayMs }) => delayMs),
    jobs.map(({ runAt }) => runAt),
    jobs.map(({ run }) => run?.id ?? null),
    jobs.map(({ run }) => run?.step ?? null),
    jobs.map(({ run }) => run?.item ?? null),
    channel,
    jobs.map(({ meta }) => (meta ? JSON.stringify(meta) : null)),
    jobs.map(({ owner }) => owner),
    jobs.map(({ tenant }) => tenant),
    jobs.map(({ run }) => run?.pipeline ?? null),
  ];
}

/** An array inside an array of parameters must be written by hand: PostgreSQL's arrays are rectangular. */
export function arrayLiteral(values: readonly string[]): string {
  if (values.length === 0) return '{}';
  return `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
