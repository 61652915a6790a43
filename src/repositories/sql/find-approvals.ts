import { statement } from '../statement.js';
import { millis } from './millis.js';

/**
 * Approvals that wait for an answer, those of the oldest runs first, from after one on. A range of an index that holds open
 * ones only, and a probe for each: the step of a run that was stopped waits no more. Times are epoch milliseconds.
 */
export const findApprovals = {
  all: statement<readonly [limit: number, afterRun: string, afterStep: string], ApprovalRow>(
    'find-approvals',
    ({ schema }) => pending(schema, 'true'),
  ),
  of: statement<readonly [limit: number, afterRun: string, afterStep: string, assignee: string], ApprovalRow>(
    'find-approvals-of',
    ({ schema }) => pending(schema, 'w.assignee = $4'),
  ),
};

const pending = (schema: string, condition: string): string => `
select w.run_id as "runId", w.step, r.name as pipeline, w.assignee, w.escalated_at is not null as escalated,
  ${millis('w.opened_at')} as "openedAt", ${millis('w.due_at')} as "dueAt"
from ${schema}.pipeline_wait w
cross join lateral (
  select from ${schema}.pipeline_step s where s.run_id = w.run_id and s.step = w.step and s.state = 'running' offset 0
) s
cross join lateral (select r.name from ${schema}.pipeline_run r where r.id = w.run_id offset 0) r
where w.kind = 'approve' and w.outcome is null and w.job_id is not null and ${condition}
  and (w.run_id, w.step) > ($2::uuid, $3::text)
order by w.run_id, w.step limit (select $1::int)`;

export interface ApprovalRow {
  readonly runId: string;
  readonly step: string;
  readonly pipeline: string;
  readonly assignee: string | null;
  readonly escalated: boolean;
  readonly openedAt: number;
  readonly dueAt: number;
}
