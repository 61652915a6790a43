import { statement } from '../statement.js';
import { appendError, jobColumns, jobValues } from './job-columns.js';
import type { SettledRow } from './settle.js';
import { given, NOT_CANCELLED, settledRow, takeAttempts } from './settle.js';

/**
 * Puts jobs whose attempt failed among those that wait for their time. A cancel that was asked for while the attempt was
 * failing wins: such a job is not taken here, and its worker goes on to `cancel-attempts`.
 */
export const retryJobs = statement<
  readonly [ids: readonly string[], tokens: readonly string[], delays: readonly number[], errors: readonly string[]],
  SettledRow
>(
  'retry-jobs',
  ({ schema }) => `
with ${takeAttempts(schema, 'retry', NOT_CANCELLED)},
waiting as (
  insert into ${schema}.job_waiting (${jobColumns}, state, run_at)
  select ${jobValues('g', { errors: appendError('g.errors', `${given(4, 'text', 'g')}::jsonb`), available_at: 'null' })}, 'retryable',
    ${dueAt(schema)}
  from gone g
)
${settledRow('gone')}`,
);

/** When a job that goes back is due, by the delay that its worker asks for. */
export function dueAt(schema: string): string {
  return `${schema}.clock() + ${given(3, 'float8', 'g')} * interval '1 millisecond'`;
}
