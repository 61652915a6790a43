import type { RunState } from '../../core/run-state.js';
import { statement } from '../statement.js';
import { anyOf } from './any-of.js';

/**
 * Takes the turn of those who advance, stop or undo these runs, in the order of ids; runs that are over are left out.
 * Whatever changes a run, its steps or its items does so under this lock, so each step is joined once, and items are
 * numbered in commit order. Each later statement of the transaction sees all that the holder before has done. `no key`,
 * which is what updates take: tables of the application's own may refer to a run without waiting. By state and not by
 * `finished_at`, because the index on that would be an invitation to read all runs that are not over.
 */
export const lockRuns = statement<readonly [ids: readonly string[]], RunRow>(
  'lock-runs',
  ({ schema }) => `
select ${runRow} from ${schema}.pipeline_run r where r.id = ${anyOf(1, 'uuid')} and r.state in ('running', 'stopping', 'compensating')
order by r.id for no key update`,
);

/** A run that is not over. */
export interface RunRow {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly state: RunState;
  readonly undoes: boolean;
  readonly input: unknown;
  readonly priority: number | null;
  readonly tags: readonly string[];
  readonly owner: string | null;
  readonly tenant: string;
  /** The run of which a step runs this one. */
  readonly parentId: string | null;
}

/** The select list of a RunRow, from `pipeline_run` aliased `r`. */
export const runRow = `r.id, r.name, r.version, r.state, r.undoes, r.input, r.priority, r.tags, r.owner, r.tenant,
  r.parent_id as "parentId"`;
