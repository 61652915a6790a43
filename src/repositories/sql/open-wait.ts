import { statement } from '../statement.js';
import { ownAttempt } from './own-attempt.js';

/**
 * Notes that a step's job waits for an answer from outside, and since when, and gives what has come. Each attempt of the job
 * comes past here, and changes the row: it waits for whoever is sending an answer at this moment, and then sees that. Fenced as
 * `save-checkpoint`. Locks: the row of the job, then that of the wait.
 */
export const openWait = statement<
  readonly [
    job: string,
    token: string,
    kind: string,
    timeoutMs: number,
    assignee: string | null,
    escalateMs: number | null,
  ],
  OpenedWait
>(
  'open-wait',
  ({ schema }) => `
with ${ownAttempt(schema)},
opened as (
  insert into ${schema}.pipeline_wait as w (run_id, step, kind, job_id, opened_at, due_at, assignee)
  select j.run_id, j.step, $3, j.id, ${schema}.clock(), ${schema}.clock() + $4::float8 * interval '1 millisecond', $5
  from ${schema}.job j where j.id = (select id from mine)
  on conflict (run_id, step) do update set job_id = excluded.job_id, opened_at = coalesce(w.opened_at, excluded.opened_at),
    due_at = coalesce(w.due_at, excluded.due_at), assignee = coalesce(w.assignee, excluded.assignee)
  returning w.*
)
select r.name as pipeline, r.version, o.outcome, o.payload, o.assignee, o.answered_by as "answeredBy", o.reason,
  o.opened_at = ${schema}.clock() as "isNew", date_part('epoch', o.due_at - ${schema}.clock()) * 1000 as "leftMs",
  case when o.escalated_at is null then
    date_part('epoch', o.opened_at + $6::float8 * interval '1 millisecond' - ${schema}.clock()) * 1000 end as "escalateInMs"
from opened o cross join lateral (
  select r.name, r.version from ${schema}.pipeline_run r where r.id = o.run_id offset 0
) r`,
);

export interface OpenedWait {
  /** The name of the run's pipeline. */
  readonly pipeline: string;
  readonly version: string;
  /** Null: no answer yet. */
  readonly outcome: 'answered' | 'rejected' | 'expired' | null;
  readonly payload: unknown;
  readonly assignee: string | null;
  readonly answeredBy: string | null;
  readonly reason: string | null;
  /** Whether this attempt is the first that waits. */
  readonly isNew: boolean;
  /** Not above 0 if its time is over. */
  readonly leftMs: number;
  /** Until it is handed on to somebody else; not above 0 if that is due. Null: it is not, or has been. */
  readonly escalateInMs: number | null;
}
