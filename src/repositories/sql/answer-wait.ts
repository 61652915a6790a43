import { statement } from '../statement.js';

/**
 * Stores the answer that a step of a run waits for, or will: the first one that comes. Gives no row if there is one already, or
 * the step or its run is over. Whoever opens the wait, ends it or answers it meanwhile has the row, and is waited for; whether
 * the step's job is suspended must be asked by the next statement, `wake-job`, for which the row is kept.
 */
export const answerWait = statement<
  readonly [
    run: string,
    step: string,
    kind: string,
    outcome: 'answered' | 'rejected',
    payload: string | null,
    by: string | null,
    reason: string | null,
  ],
  { /** Null: the step has not begun. */ readonly jobId: string | null }
>(
  'answer-wait',
  ({ schema }) => `
with answered as (
  insert into ${schema}.pipeline_wait as w (run_id, step, kind, outcome, payload, answered_by, reason, answered_at)
  select r.id, $2, $3, $4, $5::jsonb, $6, $7, ${schema}.clock() from ${schema}.pipeline_run r
  where r.id = $1::uuid and r.state = 'running'
    and not exists (select from ${schema}.pipeline_step s where s.run_id = $1::uuid and s.step = $2 and s.state <> 'running')
  on conflict (run_id, step) do update
    set outcome = excluded.outcome, payload = excluded.payload, answered_by = excluded.answered_by, reason = excluded.reason,
      answered_at = excluded.answered_at
    where w.outcome is null
  returning w.job_id
)
select job_id as "jobId" from answered`,
);
