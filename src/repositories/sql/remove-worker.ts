import { statement } from '../statement.js';

/** Removes a worker that has drained, with the rows of batches that it has finished. */
export const removeWorker = statement<readonly [id: string], { readonly id: string }>(
  'remove-worker',
  ({ schema }) => `
with emptied as (
  delete from ${schema}.claim c where c.worker_id = $1::uuid
    and not exists (select from unnest(c.job_ids) i(id) join ${schema}.job j on j.id = i.id and j.token = c.token)
),
removed as (
  delete from ${schema}.worker w where w.id = $1::uuid returning w.id
)
select id from removed`,
);
