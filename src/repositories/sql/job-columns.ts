import { MAX_ERRORS } from '../../core/attempt-error.js';

/** The columns that a job has in every table, in the order in which statements carry it from one to another. */
const JOB_COLUMNS = [
  'id',
  'seq',
  'name',
  'queue',
  'priority',
  'payload',
  'attempt',
  'max_attempts',
  'timeout_ms',
  'keep_ms',
  'lock_key',
  'unique_key',
  'tags',
  'meta',
  'owner',
  'tenant',
  'pipeline',
  'run_id',
  'step',
  'item',
  'errors',
  'progress',
  'progress_message',
  'created_at',
  'available_at',
  'payload_version',
] as const;

type JobColumn = (typeof JOB_COLUMNS)[number];

/** The column list of an insert. */
export const jobColumns = JOB_COLUMNS.join(', ');

/**
 * The matching select list from an alias, with some columns replaced by expressions.
 * @example jobValues('gone', { errors: 'gone.errors || gone.error' })
 */
export function jobValues(alias: string, replaced: Partial<Record<JobColumn, string>> = {}): string {
  return JOB_COLUMNS.map((column) => replaced[column] ?? `${alias}.${column}`).join(', ');
}

/** Retention of a job that names none, and of a run: a week. */
export const DEFAULT_KEEP_MS = 7 * 86_400_000;

/** When retention may remove a job that finishes now. */
export function pruneAt(schema: string, alias: string): string {
  return `${schema}.clock() + coalesce(${alias}.keep_ms, ${DEFAULT_KEEP_MS}) * interval '1 millisecond'`;
}

/** Appends one error to the newest of those before, so that a row stays small however often its job fails. */
export function appendError(errors: string, error: string): string {
  return `case when ${error} is null then ${errors}
    when jsonb_array_length(coalesce(${errors}, '[]')) >= ${MAX_ERRORS} then (${errors} - 0) || ${error}
    else coalesce(${errors}, '[]') || ${error} end`;
}

/** Frees the unique keys that end with their job. */
export function freeUniqueKeys(schema: string, source: string): string {
  return `delete from ${schema}.unique_key k using ${source} j
    where j.unique_key is not null and k.tenant = j.tenant and k.name = j.name and k.key = j.unique_key
      and k.job_id = j.id and k.scope <> 'period'
    returning 1`;
}
