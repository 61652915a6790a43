import { MODEL, type Mutant } from './mutant.js';

type Part = readonly [name: string, file: string, find: string, replace: string];

const model = ([name, file, find, replace]: Part): Mutant => ({
  name,
  file: `src/${file}.ts`,
  find,
  replace,
  killedBy: MODEL,
  mix: 'runs',
});

/** What the model has not, or takes two sessions at once: by the tests of one file with `only` in their names. */
const scenario = ([name, file, find, replace]: Part, test: string, only: string): Mutant => ({
  name,
  file: `src/${file}.ts`,
  find,
  replace,
  killedBy: `test/pipelines/${test}.test.ts`,
  only,
});

/** Mistakes in what becomes of runs when their jobs end; each is noticed by the model. */
const advancing: readonly Part[] = [
  ['failed-step-counts-as-completed', 'repositories/sql/record-steps', "when s.kind = 'one' then e.state", "when s.kind = 'one' then 'completed'"],
  ['second-reason-replaces-the-first', 'repositories/sql/stop-runs', "and r.state = 'running'", "and r.state in ('running', 'stopping')"],
  ['stop-cancels-what-is-completed', 'repositories/sql/stop-runs', " and s.state = 'running'", ''],
  ['stopped-run-leaves-what-waits', 'repositories/sql/find-stopped-jobs', 'where w.run_id = s.id', 'where false and w.run_id = s.id'],
  ['run-is-over-with-a-job-left', 'repositories/sql/find-idle-runs', 'where s.remaining = 0', 'where s.remaining <= 1'],
  ['cancelled-run-ends-as-failed', 'repositories/sql/end-runs', 'set state = r.ends_as', "set state = 'failed'"],
  ['first-step-is-undone-first', 'repositories/sql/begin-undos', 'order by s.position desc', 'order by s.position'],
  ['what-is-not-undone-is-not-noted', 'repositories/sql/record-undos', "and ${ofRun('r.id', 4, 'text')} <> '[]'", "and ${ofRun('r.id', 4, 'text')} = '[]'"],
  ['stopped-run-goes-on', 'repositories/sql/advance-runs', "and r.state = 'running' and", 'and'],
  ['run-without-its-key-has-jobs', 'repositories/sql/start-runs', 'where i.run_id = any(array(select id from runs))', 'where i.run_id is not null'],
  ['deadline-comes-too-late', 'repositories/sql/find-overdue-runs', 'r.deadline_at <= ${schema}.clock()', 'r.deadline_at < ${schema}.clock()'],
  ['step-of-a-run-is-redriven', 'repositories/sql/redrive-jobs', "where h.id = ${anyOf(1, 'uuid')} and h.run_id is null", "where h.id = ${anyOf(1, 'uuid')}"],
  ['join-begins-with-the-first-end', 'pipelines/run-progress', 'return !progress.has(name) && after.every((earlier) => isOver(progress.get(earlier)))', 'return !progress.has(name) && (after.length === 0 || after.some((earlier) => isOver(progress.get(earlier))))'],
  ['stopped-run-takes-a-substitute', 'pipelines/step-recorder', "if (run.state !== 'running') return verb", "if (run.state === 'compensating') return verb"],
  ['completed-run-keeps-its-last-undo', 'pipelines/step-recorder', "!(run.state === 'running' && isLast)", '(run.state !== null || isLast)'],
  ['failed-run-is-not-undone', 'pipelines/orchestrator', "await stop(held.tx, failures, 'failed', true);", "await stop(held.tx, failures, 'failed', false);"],
  ['siblings-of-a-failure-go-on', 'pipelines/orchestrator', 'if (!idle.has(id)) held.unswept.add(id);', 'if (idle.has(id)) held.unswept.add(id);'],
  ['run-is-undone-unasked', 'pipelines/compensator', 'open.filter((id) => held.undoes(id))', 'open'],
]; // prettier-ignore

/** Mistakes that take two at once, or steps of other kinds. */
export const runMutants: readonly Mutant[] = [
  ...advancing.map(model),
  scenario(['ends-are-counted-without-a-turn', 'repositories/sql/lock-runs', 'order by r.id for no key update', 'order by r.id'], 'run-races', 'two items that end at once'),
  scenario(['wait-is-suspended-beside-its-answer', 'repositories/sql/hold-waits', 'w.step = j.step for no key update', 'w.step = j.step'], 'signal-races', 'a step that is suspended while its signal is sent'),
  scenario(['answer-of-the-last-moment-is-missed', 'repositories/sql/snooze-jobs', 'where p.run_id = g.run_id', 'where p.run_id <> g.run_id'], 'signal-races', 'a step that is suspended while its signal is sent'),
  scenario(['second-answer-replaces-the-first', 'repositories/sql/answer-wait', '    where w.outcome is null\n', '    where true\n'], 'signal-steps', 'a step that waits for a signal'),
  scenario(['step-that-is-over-takes-an-answer', 'repositories/sql/answer-wait', "and s.state <> 'running')", "and s.state = 'paused')"], 'signal-steps', 'a step that waits for a signal'),
  scenario(['end-of-a-child-wakes-nobody', 'repositories/sql/wake-parents', "w.state = 'scheduled'", "w.state = 'retryable'"], 'child-races', 'is woken if it came first'),
  scenario(['child-ends-beside-its-step', 'repositories/sql/hold-waits', 'order by r.id for share', 'order by r.id'], 'child-races', 'a step that is suspended while its child ends'),
  scenario(['job-is-handed-out-of-a-paused-queue', 'repositories/sql/advance-runs', 'where q.paused_at is not null', 'where q.paused_at is null'], 'single-step-advancer', 'a job that follows is not handed over'),
]; // prettier-ignore
