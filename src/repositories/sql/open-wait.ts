import { statement } from '../statement.js';
import { ownAttempt } from './own-attempt.js';

/**
 * Notes that a step's job waits for an answer from outside, and since when, and gives what has come. Each attempt of the job
 * comes past here, and changes the row: it waits for whoever is sending an answer at this moment, and then sees that. Fenced as
 * `save-checkpoint`. Locks: the row of the job, then that of the wait.
 */
export const openWait = statement<readonly [job: string, token: string, kind: string, timeoutMs: number], OpenedWait>(
  'open-wait',
  ({ schema }) => `
with ${ownAttempt(schema)},
opened as (
  insert into ${schema}.pipeline_wait as w (run_id, step, kind, job_id, opened_at, due_at)
  select j.run_id, j.step, $3, j.id, ${schema}.clock(), ${schema}.clock() + $4::float8 * interval '1 millisecond'
  from ${schema}.job j where j.id = (select id from mine)
  on conflict (run_id, step) do update set job_id = excluded.job_id, opened_at = coalesce(w.opened_at, excluded.opened_at),
    due_at = coalesce(w.due_at, excluded.due_at)
  returning w.*
)
select r.name as pipeline, r.version, o.outcome, o.payload, date_part('epoch', o.due_at - ${schema}.clock()) * 1000 as "leftMs"
from opened o cross join lateral (
  select r.name, r.version from ${schema}.pipeline_run r where r.id = o.run_id offset 0
) r`,
);

export interface OpenedWait {
  /** The name of the run's pipeline. */
  readonly pipeline: string;
  readonly version: string;
  /** Null: no answer yet. */
  readonly outcome: 'answered' | 'expired' | null;
  readonly payload: unknown;
  /** Not above 0 if its time is over. */
  readonly leftMs: number;
}
