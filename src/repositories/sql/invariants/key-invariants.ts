import { guard } from '../guard.js';
import { invariant } from './invariant.js';

/** Of lock keys and unique keys. */
export const keyInvariants = [
  invariant(
    'running-job-has-its-lock',
    'A running job with a lock key holds it.',
    (schema) => `
select j.id, format('it runs without its lock %s', j.lock_key) as problem from ${schema}.job j
where ${guard('complete', 'job', 'j')} and j.lock_key is not null
  and not exists (select from ${schema}.lock l where l.key = j.lock_key and l.job_id = j.id)`,
  ),
  invariant(
    'lock-has-its-job',
    'A lock that is held by a job is of a job that is there, available or running, and has that key.',
    (schema) => `
select l.key as id, format('the lock is held by job %s, which is not there', l.job_id) as problem from ${schema}.lock l
where l.job_id is not null and not exists (select from ${schema}.job j where j.id = l.job_id and j.lock_key = l.key)`,
  ),
  invariant(
    'waiting-job-has-a-holder',
    'Somebody holds the lock key that a job waits for.',
    // A waiter that is being cancelled is passed over, and its key freed, a moment before the cancel commits or does not.
    (schema) => `
select w.id, format('it waits for lock %s, which nobody holds', w.lock_key) as problem from ${schema}.job_waiting w
where w.state = 'pending' and w.lock_key is not null and not exists (select from ${schema}.lock l where l.key = w.lock_key)`,
    { settles: true },
  ),
  invariant(
    'unique-key-has-its-job',
    'A unique key that is not of a period is of a job that is not over.',
    (schema) => `
select k.key as id, format('the unique key of %s is taken by job %s, which is over', k.name, k.job_id) as problem
from ${schema}.unique_key k
where k.scope <> 'period' and not exists (select from ${schema}.job j where j.id = k.job_id)
  and not exists (select from ${schema}.job_waiting w where w.id = k.job_id)`,
  ),
];
