import { invariant } from './invariant.js';

/** Of pipeline runs, apart from what constraints see to. */
export const runInvariants = [
  invariant(
    'run-has-a-job',
    'A run that is not over has a job that moves it: the end of a step and what follows from it are one transaction. One that stops may have items left that never begin.',
    (schema) => `
select r.id, format('the run of %s is %s, and has no job left', r.name, r.state) as problem
from ${schema}.pipeline_run r
where r.finished_at is null
  and not (r.state = 'stopping' and exists (select from ${schema}.pipeline_backlog b where b.run_id = r.id))
  and not exists (select from ${schema}.job j where j.run_id = r.id)
  and not exists (select from ${schema}.job_waiting w where w.run_id = r.id)`,
  ),
  invariant(
    'finished-run-has-no-job',
    'A run that is over has no job left.',
    (schema) => `
select r.id, format('the run is over, and has jobs in step %s', j.step) as problem
from ${schema}.pipeline_run r join ${leftJobs(schema, 'true')} j on j.run_id = r.id where r.finished_at is not null`,
  ),
  invariant(
    'job-of-a-step-has-a-run',
    'A job of a step belongs to a run that is there.',
    (schema) => `
select j.run_id as id, format('jobs of step %s, and no such run', j.step) as problem
from ${leftJobs(schema, 'true')} j
where not exists (select from ${schema}.pipeline_run r where r.id = j.run_id)`,
  ),
  invariant(
    'step-has-a-run',
    'Steps, and items of steps, begun or not, belong to a run that is there.',
    (schema) => `
select s.run_id as id, format('step %s, or an item of it, and no such run or step', s.step) as problem
from (select run_id, step from ${schema}.pipeline_step union select run_id, step from ${schema}.pipeline_item
  union select run_id, step from ${schema}.pipeline_backlog) s
where not exists (select from ${schema}.pipeline_run r join ${schema}.pipeline_step p on p.run_id = r.id
  where r.id = s.run_id and p.step = s.step)`,
  ),
  invariant(
    'step-counts-its-jobs',
    'A step counts the jobs that it still waits for, and items that have not begun.',
    (schema) => miscounted(schema, 'remaining', 'jobs', leftItems(schema)),
  ),
  invariant(
    'backlog-has-a-job',
    'Items that have not begun come after one that has, and is not over: the end of that lets the next begin. None is left in a run that is over.',
    (schema) => `
select r.id, format('the run is %s, step %s has items left to begin, and no job', r.state, b.step) as problem
from (select distinct run_id, step from ${schema}.pipeline_backlog) b join ${schema}.pipeline_run r on r.id = b.run_id
where r.finished_at is not null or (r.state = 'running'
  and not exists (select from ${schema}.job j where j.run_id = b.run_id and j.step = b.step)
  and not exists (select from ${schema}.job_waiting w where w.run_id = b.run_id and w.step = b.step))`,
  ),
  invariant(
    'step-counts-its-undo-jobs',
    'A step that is being undone counts the undo jobs that it still waits for.',
    (schema) => miscounted(schema, 'undo_remaining', 'jobs', leftJobs(schema, UNDOES)),
  ),
  invariant('fan-out-counts-its-items', 'A fan-out has recorded an item for each of its jobs that is over.', (schema) =>
    miscounted(schema, 'total - s.remaining', 'items', items(schema), `s.kind = 'each'`),
  ),
  invariant(
    'items-are-in-order',
    'The items of a fan-out are each recorded once, in an order without gaps.',
    (schema) => `
select i.run_id as id, format('step %s: items %s, of them different %s, the last is %s', i.step, i.items, i.different, i.last) as problem
from ${items(schema)} i where i.items <> i.different or i.items <> i.last`,
  ),
  invariant('step-counts-its-undoable', 'A step counts what would have to be undone.', (schema) =>
    miscounted(schema, 'undoable', `undos`, undos(schema)),
  ),
  invariant(
    'step-end-is-recorded',
    'A step has an end exactly if it waits for no job.',
    (schema) => `
select s.run_id as id, format('step %s: finished_at is %s, and remaining is %s', s.step, coalesce(s.finished_at::text, 'empty'), s.remaining) as problem
from ${schema}.pipeline_step s where (s.finished_at is null) <> (s.remaining > 0)`,
  ),
  invariant(
    'step-agrees-with-its-run',
    'No step runs in a run that is over, and none has failed in a run that goes on.',
    (schema) => `
select r.id, format('the run is %s, and step %s is %s', r.state, s.step, s.state) as problem
from ${schema}.pipeline_step s join ${schema}.pipeline_run r on r.id = s.run_id
where (r.finished_at is not null and s.state = 'running')
  or (r.state = 'running' and s.state in ('failed', 'cancelled'))`,
  ),
  invariant(
    'step-begins-once',
    'A step has one job that did not fail, and a fan-out one for each item: a retry of the run does again what failed.',
    (schema) => `
select j.run_id as id, format('step %s has %s jobs%s', j.step, count(*), ' for item ' || j.item) as problem
from ${schema}.jobs j where j.run_id is not null and not ${UNDOES} and j.state not in ('cancelled', 'discarded')
group by j.run_id, j.step, j.item having count(*) > 1`,
  ),
  invariant(
    'answered-step-does-not-wait',
    'A step that has its answer from outside, or whose child run is over, does not wait for it until its time is over.',
    (schema) => `
select w.run_id as id, format('step %s waits until %s for what has come', w.step, w.run_at) as problem
from ${schema}.job_waiting w
where w.meta ? 'waitsFor' and w.state = 'scheduled' and w.run_at > ${schema}.clock() and (
  exists (select from ${schema}.pipeline_wait p where p.run_id = w.run_id and p.step = w.step and p.outcome is not null)
  or exists (select from ${schema}.pipeline_run c where c.id = w.id and c.finished_at is not null))`,
  ),
  invariant(
    'wait-has-a-run',
    'What a step waits for, or was sent, belongs to a run that is there.',
    (schema) => `
select w.run_id as id, format('step %s, and no such run', w.step) as problem from ${schema}.pipeline_wait w
where not exists (select from ${schema}.pipeline_run r where r.id = w.run_id)`,
  ),
];

/** Of a job `j`. */
const UNDOES = `coalesce((j.meta -> 'undo')::boolean, false)`;

/** The steps whose number is not the one that another relation has for them. */
function miscounted(schema: string, counted: string, what: string, relation: string, which = 'true'): string {
  return `
select s.run_id as id, format('step %s: ${what} should be %s, and are %s', s.step, s.${counted}, coalesce(c.${what}, 0)) as problem
from ${schema}.pipeline_step s left join ${relation} c on c.run_id = s.run_id and c.step = s.step
where ${which} and s.${counted} <> coalesce(c.${what}, 0)`;
}

/** How many jobs each step has that are not over. */
function leftJobs(schema: string, which: string): string {
  const jobs = (table: string): string =>
    `select j.run_id, j.step from ${schema}.${table} j where j.run_id is not null and ${which}`;
  return `(select run_id, step, count(*)::int as jobs from (${jobs('job')} union all ${jobs('job_waiting')}) j group by 1, 2)`;
}

/** How much each step has left to do. */
function leftItems(schema: string): string {
  return `(select run_id, step, sum(jobs)::int as jobs from (
  select * from ${leftJobs(schema, `not ${UNDOES}`)} j
  union all select run_id, step, count(*) from ${schema}.pipeline_backlog group by 1, 2
) l group by 1, 2)`;
}

function items(schema: string): string {
  return `(select run_id, step, count(*)::int as items, count(distinct item)::int as different, max(finish_order) as last
  from ${schema}.pipeline_item group by 1, 2)`;
}

/** What each step has left to be undone: of a fan-out its items, else itself. */
function undos(schema: string): string {
  return `(select run_id, step, count(undo)::int as undos from (
  select run_id, step, undo from ${schema}.pipeline_item
  union all select run_id, step, undo from ${schema}.pipeline_step where kind = 'one'
) u group by 1, 2)`;
}
