import { statement } from '../statement.js';
import { strandedKeys } from './claim-stranded-keys.js';
import { lostLease } from './worker-lease.js';

/**
 * Whether there is anything for the rescuer: a look that costs no transaction, because mostly there is nothing. Reads only:
 * the few workers, their batches of claims, and a probe for each key behind which jobs wait.
 */
export const findLapsed = statement<readonly [], { readonly lapsed: boolean; readonly stranded: boolean }>(
  'find-lapsed',
  ({ schema }) => `
with recursive ${strandedKeys(schema, '1')}
select exists (select from ${schema}.worker w where ${lostLease(schema, 'w')})
    or exists (select from ${schema}.claim c where c.deadline_at < ${schema}.clock()) as lapsed,
  exists (select from stranded) as stranded`,
);
