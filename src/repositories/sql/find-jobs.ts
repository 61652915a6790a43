import type { JobState } from '../../core/job-state.js';
import { statement } from '../statement.js';
import { millis } from './millis.js';
import { anyOf } from './any-of.js';

/** A job as it is read; times are ISO 8601 text, bigints are text. */
export interface JobRow {
  readonly id: string;
  readonly name: string;
  readonly queue: string;
  readonly priority: number;
  readonly state: JobState;
  readonly payload: unknown;
  readonly payloadVersion: number | null;
  readonly result: unknown;
  readonly reason: string | null;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, unknown>> | null;
  readonly lockKey: string | null;
  readonly uniqueKey: string | null;
  readonly pipeline: string | null;
  readonly runId: string | null;
  readonly step: string | null;
  readonly item: number | null;
  readonly errors: readonly Record<string, unknown>[] | null;
  readonly progress: number | null;
  readonly progressMessage: string | null;
  readonly workerId: string | null;
  readonly createdAt: number;
  readonly runAt: number | null;
  readonly claimedAt: number | null;
  readonly finishedAt: number | null;
  readonly cancelRequested: boolean;
}

/** The select list of a JobRow, from the view `jobs` aliased `j`. */
export const jobRow = `j.id, j.name, j.queue, j.priority, j.state, j.payload, j.result, j.reason, j.attempt,
  j.max_attempts as "maxAttempts", j.tags, j.meta, j.lock_key as "lockKey", j.unique_key as "uniqueKey", j.pipeline, j.run_id as "runId",
  j.step, j.item, j.errors, j.progress, j.progress_message as "progressMessage", j.worker_id as "workerId",
  j.payload_version as "payloadVersion",
  ${millis('j.created_at')} as "createdAt", ${millis('j.run_at')} as "runAt", ${millis('j.claimed_at')} as "claimedAt",
  ${millis('j.finished_at')} as "finishedAt", j.cancel_requested_at is not null as "cancelRequested"`;

/** Jobs by id, whichever table they lie in: a probe of each primary key. */
export const findJobs = statement<readonly [ids: readonly string[]], JobRow>(
  'find-jobs',
  ({ schema }) => `select ${jobRow} from ${schema}.jobs j where j.id = ${anyOf(1, 'uuid')}`,
);
