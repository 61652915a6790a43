import { guard } from '../guard.js';
import { invariant } from './invariant.js';

/** Of jobs, by themselves. */
export const jobInvariants = [
  invariant(
    'running-job-is-claimed',
    'A running job is named by a claim of its worker, which leads the rescue to it.',
    (schema) => `
select j.id, 'it runs, and no claim says so' as problem from ${schema}.job j
where ${guard('complete', 'job', 'j')} and not exists (select from ${schema}.claim c
  where c.token = j.token and c.worker_id = j.worker_id and j.id = any(c.job_ids))`,
  ),
  invariant(
    'job-is-in-one-place',
    'A job is available or runs, or waits, or is over: its row is in one of the three tables.',
    (schema) => `
select j.id, 'it runs or is available, and waits' as problem
from ${schema}.job j join ${schema}.job_waiting w on w.id = j.id
union all
select h.id, 'it is over, and is not' from ${schema}.job_history h join (
  select id from ${schema}.job union all select id from ${schema}.job_waiting
) u on u.id = h.id`,
  ),
  invariant(
    'tokens-are-drawn',
    'No fencing token is above its sequence, so that the next claim has a larger one. (A restored dump may lack the sequence.)',
    (schema) => drawn(schema, 'fencing_token', 'token', ['job', 'claim', 'lock']),
  ),
  invariant(
    'places-are-drawn',
    'No place in a queue is above its sequence, so that the next job comes behind those that are there.',
    (schema) => drawn(schema, 'job_seq', 'seq', ['job', 'job_waiting']),
  ),
];

const drawn = (schema: string, sequence: string, column: string, tables: readonly string[]): string => `
select '${sequence}' as id, format('it stands at %s, and %s is in use', s.last_value, used.newest) as problem
from ${schema}.${sequence} s, (
  select max(newest) as newest from (
    ${tables.map((table) => `select max(${column}) as newest from ${schema}.${table}`).join(' union all ')}
  ) each_table
) used where used.newest > s.last_value`;
