import { statement } from '../statement.js';
import { holdsLease } from './worker-lease.js';

/** The queues of workers that live and claim: a pass over all workers, which are few. */
export const findServedQueues = statement<readonly [], { readonly queue: string }>(
  'find-served-queues',
  ({ schema }) => `
select distinct q.queue
from ${schema}.worker w cross join lateral unnest(w.queues) as q(queue)
where not w.draining and ${holdsLease(schema, 'w')}`,
);
