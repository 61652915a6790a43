import { statement } from '../statement.js';

/** Keeps items of fan-outs that have not begun. The caller holds the rows of their runs. */
export const storeBacklog = statement<
  readonly [
    runIds: readonly string[],
    steps: readonly string[],
    items: readonly number[],
    /** JSON of a StoredItem. */
    jobs: readonly string[],
  ],
  never
>(
  'store-backlog',
  ({ schema }) => `
insert into ${schema}.pipeline_backlog (run_id, step, item, job)
select i.run_id, i.step, i.item, i.job::jsonb from unnest($1::uuid[], $2::text[], $3::int[], $4::text[]) as i(run_id, step, item, job)`,
);
