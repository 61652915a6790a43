import type { RunError, RunState } from '../../core/run-state.js';
import { statement } from '../statement.js';

/** The run of a step's job, and the child run that the job has started: that has the id of the job. Probes of primary keys. */
export const findChildRun = statement<readonly [job: string], ChildRunRow>(
  'find-child-run',
  ({ schema }) => `
select p.name as pipeline, p.version, p.priority, p.tags, p.owner, p.tenant, c.state, c.output, c.error
from (select j.id, j.run_id from ${schema}.job j where j.id = $1::uuid) j
cross join lateral (select p.* from ${schema}.pipeline_run p where p.id = j.run_id offset 0) p
left join lateral (select c.state, c.output, c.error from ${schema}.pipeline_run c where c.id = j.id offset 0) c on true`,
);

export interface ChildRunRow {
  /** The name of the parent's pipeline. */
  readonly pipeline: string;
  readonly version: string;
  /** What the child takes from its parent. */
  readonly priority: number | null;
  readonly tags: readonly string[];
  readonly owner: string | null;
  readonly tenant: string;
  /** Of the child; null: it has not been started. */
  readonly state: RunState | null;
  readonly output: unknown;
  readonly error: RunError | null;
}
