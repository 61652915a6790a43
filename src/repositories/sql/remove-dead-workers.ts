import { statement } from '../statement.js';
import { lostLease } from './worker-lease.js';

/** Removes the rows of workers whose lease has run out and that hold nothing any more. */
export const removeDeadWorkers = statement<readonly [], { readonly id: string; readonly name: string }>(
  'remove-dead-workers',
  ({ schema }) => `
with dead as materialized (
  select w.id from ${schema}.worker w
  where ${lostLease(schema, 'w')}
    and not exists (select from ${schema}.claim c where c.worker_id = w.id)
  for update skip locked
),
removed as (
  delete from ${schema}.worker w where w.id in (select id from dead) returning w.id, w.name
)
select id, name from removed`,
);
