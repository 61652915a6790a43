import type { StepState } from '../../core/run-state.js';
import { statement } from '../statement.js';

/** The shape of the pipeline that a run is of, and how one of its steps stands: a probe of each primary key. */
export const findRunShape = statement<readonly [id: string, step: string], RunShapeRow>(
  'find-run-shape',
  ({ schema }) => `
select p.graph -> 'steps' as steps, s.state, coalesce(s.total, 0) as total
from (select r.name, r.version from ${schema}.pipeline_run r where r.id = $1::uuid) r
cross join lateral (select p.graph from ${schema}.pipeline p where p.name = r.name and p.version = r.version offset 0) p
left join lateral (
  select s.state, s.total from ${schema}.pipeline_step s where s.run_id = $1::uuid and s.step = $2::text offset 0
) s on true`,
);

export interface RunShapeRow {
  /** Each stands after all those that it waits for. */
  readonly steps: readonly {
    readonly name: string;
    readonly kind: string;
    /** The name of its jobs. */
    readonly handler: string;
    readonly after: readonly string[];
  }[];
  /** Null: it has not begun. */
  readonly state: StepState | null;
  /** How many items it has. */
  readonly total: number;
}
