import { statement } from '../statement.js';
import { anyOf } from './any-of.js';
import { runIsOver } from './run-is-over.js';

/** Ends runs that were stopped, and undone where that was wanted: failed or cancelled. The caller holds their rows. */
export const endRuns = statement<
  readonly [ids: readonly string[]],
  {
    readonly id: string;
    readonly name: string;
    readonly state: 'failed' | 'cancelled';
    readonly message: string;
  }
>(
  'end-runs',
  ({ schema }) => `
with ended as (
  update ${schema}.pipeline_run r set state = r.ends_as, ${runIsOver(schema)}
  where r.id = ${anyOf(1, 'uuid')} and r.state in ('stopping', 'compensating')
  returning r.id, r.name, r.state, r.error
)
select id, name, state, error ->> 'message' as message from ended`,
);
