import { LARGE_RUN, MILLION, QUEUES, sqlIdOf, SUSPENDED } from './million.js';

/** Which part of a kind's rows a fill makes: from one number to another. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

const payload = `jsonb_build_object('to', 'someone' || n || '@example.com', 'subject', 'An order of yours')`;
/** Longer, so that the table of the runs is not so small that reading it all is cheap. */
const runInput = `jsonb_build_object('order', n, 'address', md5(n::text) || md5(n || 'a') || md5(n || 'b') || md5(n || 'c') || md5(n || 'd') || md5(n || 'e') || md5(n || 'f') || md5(n || 'g'))`;
const queue = `(array['${QUEUES.join(`','`)}'])[1 + n / 7 % 4]`;
const priority = `(array[5, 5, 5, 1, 9])[1 + n / 28 % 5]`;
const unfinished = MILLION.runs - MILLION.unfinishedRuns;
/** A run that is not over, in their order. */
const runOf = (nth: string): string => sqlIdOf('run', `${unfinished} + (${nth})`);

const jobColumns = `id, seq, name, queue, priority, payload, max_attempts, lock_key, unique_key, tags, pipeline, run_id, step, created_at`;

const runningJobs = MILLION.batches * MILLION.batchSize;
/** The nth job that has checkpoints. */
const durable = `case when n <= ${runningJobs} then ${sqlIdOf('running', 'n')} else ${sqlIdOf('scheduled', `n - ${runningJobs}`)} end`;

/** Inserts rows of one kind; `$s` stands for the schema. */
type Fill = (part: Part) => string;

const series = ({ from, to }: Part): string => `generate_series(${from}::bigint, ${to}) n`;

/** Every 10th has a unique key, and every 50th is of a run that is not over: one job each. */
const available: Fill = (part) => `
insert into $s.job (${jobColumns}, available_at)
select ${sqlIdOf('available', 'n')}, ${MILLION.batches * MILLION.batchSize} + n, 'send-mail', ${queue}, ${priority}, ${payload}, 3, null,
  case when n % 10 = 0 then 'unique:' || n end, case when n % 1000 = 0 then array['vip'] else '{}' end,
  case when n % 50 = 0 then 'orders@v1' end, case when n % 50 = 0 then ${runOf('n / 50')} end, case when n % 50 = 0 then 'ship' end,
  now() - (${MILLION.available} - n) * interval '10 milliseconds', now()
from ${series(part)}`;

/** Every second key is held, so that its job would be parked. */
const keyed: Fill = (part) => `
insert into $s.job (${jobColumns}, available_at)
select ${sqlIdOf('keyed', 'n')}, 2000000 + n, 'send-mail', 'keyed', 5, ${payload}, 3,
  case n % 2 when 0 then 'order:' || 1 + n % ${MILLION.batchSize} else 'free:' || n end, null, '{}', null, null, null, now(), now()
from ${series(part)}`;

/**
 * Batches of claims; of the first all hold lock keys, of the second unique keys, of the third all are steps of runs that are
 * being stopped, of the fourth of runs that go on.
 */
const running: Fill = (part) => `
insert into $s.job (${jobColumns}, available_at, attempt, token, worker_id, claimed_at, deadline_at)
select ${sqlIdOf('running', 'n')}, n, 'send-mail', ${queue}, ${priority}, ${payload}, 3,
  case batch when 1 then 'order:' || n end, case batch when 2 then 'running:' || n end, '{}',
  case when batch in (3, 4) then 'orders@v1' end,
  case batch when 3 then ${runOf('nth')} when 4 then ${runOf(`nth + ${2 * MILLION.stoppingRuns}`)} end,
  case when batch in (3, 4) then 'ship' end,
  now(), now(), 1, batch, ${sqlIdOf('worker', '1 + (batch - 1) % 8')}, now(),
  now() + case when batch % 8 = 7 then -1 else 1 end * interval '10 minutes'
from (select n, 1 + (n - 1) / ${MILLION.batchSize} as batch, 1 + (n - 1) % ${MILLION.batchSize} as nth from ${series(part)}) n`;

/** Of eight that hold two batches each, the last is dead, and those of the last but one hang; a ninth is done with its own. */
const workers: Fill = (part) => `
insert into $s.worker (id, name, host, pid, version, queues, job_names, concurrency, started_at, heartbeat_at, lease_ms)
select ${sqlIdOf('worker', 'n')}, 'worker ' || n, 'host', n, '1', '{}', '{}', 500, now(),
  now() + case when n = 8 then interval '-1 hour' else interval '1 hour' end, 30000 from ${series(part)}`;

const claims: Fill = (part) => `
insert into $s.claim (token, worker_id, job_ids, claimed_at, deadline_at)
select n, case when n <= ${MILLION.batches} then ${sqlIdOf('worker', '1 + (n - 1) % 8')} else ${sqlIdOf('worker', '9')} end,
  array(select ${sqlIdOf('running', 'j')} from generate_series((n - 1) * ${MILLION.batchSize} + 1, n * ${MILLION.batchSize}) j),
  now(), now() + case when n % 8 = 7 then -1 else 1 end * interval '10 minutes' from ${series(part)}`;

/** Every 200th is of a run that is not over, every 7th waits for another attempt. */
const scheduled: Fill = (part) => `
insert into $s.job_waiting (${jobColumns}, state, run_at)
select ${sqlIdOf('scheduled', 'n')}, n, 'send-mail', ${queue}, ${priority}, ${payload}, 3, null, null, '{}',
  case when n % 200 = 0 then 'orders@v1' end, case when n % 200 = 0 then ${runOf('n / 200')} end,
  case when n % 200 = 0 then 'ship' end, now(),
  case when n % 7 = 0 then 'retryable' else 'scheduled' end, now() + (n - ${MILLION.due}) * interval '1 second'
from ${series(part)}`;

/** Behind the keys of the first batch, and every eleventh behind a key whose holder let it lapse. */
const parked: Fill = (part) => `
insert into $s.job_waiting (${jobColumns}, state)
select ${sqlIdOf('parked', 'n')}, 2000000 + n, 'send-mail', ${queue}, ${priority}, ${payload}, 3,
  case when n % 11 = 0 then 'lapsed:' || n / 11 % ${MILLION.lapsed} else 'order:' || 1 + n % ${MILLION.batchSize} end, null, '{}',
  null, null, null, now(), 'pending'
from ${series(part)}`;

/** Spread over the days of retention. Of a hundred, one was cancelled and two were discarded, which have unique keys. */
const finished: Fill = (part) => `
insert into $s.job_history (${jobColumns}, state, result, token, finished_at, prune_at)
select ${sqlIdOf('finished', 'n')}, n, 'send-mail', ${queue}, ${priority}, ${payload}, 3, null,
  case when n % 100 < 2 then 'finished:' || n end, '{}', case when n % 100 = 2 then 'orders@v1' end,
  case when n % 100 = 2 then ${sqlIdOf('run', 'n / 100')} end, case when n % 100 = 2 then 'ship' end, now(),
  case when n % 100 < 2 then 'discarded' when n % 100 = 2 then 'cancelled' else 'completed' end,
  '{"sent": true}', n, now(), now() + n / 300 % 8 * interval '23 hours'
from ${series(part)}`;

/** What is kept for longer than there are partitions. The first thousand was to be kept until now. */
const kept: Fill = (part) => `
insert into $s.job_history (${jobColumns}, state, result, token, finished_at, prune_at)
select ${sqlIdOf('kept', 'n')}, n, 'send-mail', ${queue}, ${priority}, ${payload}, 3, null, null, '{}', null, null, null, now(),
  'completed', '{}', n, now(), now() + case when n <= 1000 then interval '-3 days' else interval '90 days' end
from ${series(part)}`;

/** The first are of the running jobs, then of those whose holders let them lapse; the rest are leases. */
const locks: Fill = (part) => `
insert into $s.lock (key, job_id, holder, token, acquired_at, expires_at)
select case when n <= ${MILLION.batchSize} then 'order:' || n
    when n <= ${MILLION.batchSize + MILLION.lapsed} then 'lapsed:' || n - ${MILLION.batchSize + 1} else 'lease:' || n end,
  case when n <= ${MILLION.batchSize} then ${sqlIdOf('running', 'n')} end, 'holder ' || n, n, now(),
  case when n > ${MILLION.batchSize + MILLION.lapsed} then now() + interval '1 hour'
    when n > ${MILLION.batchSize} then now() - interval '1 hour' end
from ${series(part)}`;

/** Of the available jobs, of the second batch, and for a period, of which the first 2,000 are over. */
const uniqueKeys: Fill = (part) => `
insert into $s.unique_key (tenant, name, key, job_id, scope, expires_at)
select '', 'send-mail', 'unique:' || n, ${sqlIdOf('available', 'n')}, case when n % 20 = 0 then 'queued' else 'unfinished' end, null::timestamptz
from ${series(part)} where n % 10 = 0
union all
select '', 'send-mail', 'running:' || n, ${sqlIdOf('running', 'n')}, 'unfinished', null::timestamptz
from generate_series(${MILLION.batchSize + 1}, ${2 * MILLION.batchSize}) n where ${part.from} = 1
union all
select '', 'send-mail', 'period:' || n, ${sqlIdOf('finished', 'n')}, 'period', now() + (n / 10 - 2000) * interval '1 second'
from ${series(part)} where n % 10 = 1`;

/** Every second has a deadline, and every tenth is past it; every third has a unique key. Of those that are over, a few failed. */
const runs: Fill = (part) => `
insert into $s.pipeline_run (id, name, version, state, ends_as, undoes, input, error, unique_key, deadline_at, created_at,
  finished_at, prune_at)
select ${sqlIdOf('run', 'n')}, 'orders', 'v1', state, case when state in ('stopping', 'compensating', 'failed') then 'failed' end, true, ${runInput},
  case when state in ('stopping', 'compensating') then '{"message": "out of stock"}'::jsonb end,
  case when n % 3 = 0 then 'order:' || n end, case when n % 2 = 0 then now() + (n % 10 - 2) * interval '1 hour' end, now(),
  case when state in ('completed', 'failed') then now() end,
  case when state in ('completed', 'failed') then now() + (n - 2000) * interval '1 minute' end
from (select n, case when n <= ${unfinished} and n % 400 = 0 then 'failed' when n <= ${unfinished} then 'completed'
    when n <= ${unfinished + MILLION.stoppingRuns} then 'stopping'
    when n <= ${unfinished + 2 * MILLION.stoppingRuns} then 'compensating' else 'running' end as state
  from ${series(part)}) n`;

/** Three steps a run, of which the second is a fan-out; a run that is not over is in its last. */
const steps: Fill = (part) => `
insert into $s.pipeline_step (run_id, step, position, kind, state, total, remaining, undo, undoable, undo_state, undo_remaining,
  started_at, finished_at)
select ${sqlIdOf('run', 'n')}, (array['reserve', 'pack', 'ship'])[p + 1], p, case p when 1 then 'each' else 'one' end,
  case when open then 'running' else 'completed' end, total, case when open then total else 0 end,
  case when p = 0 then '{"name": "release-stock", "error": null, "job": null}'::jsonb end, case when p < 2 then total else 0 end,
  case when undone and p = 1 then 'running' end, case when undone and p = 1 then total else 0 end,
  now(), case when not open then now() end
from ${series(part)} cross join generate_series(0, 2) p
cross join lateral (select n > ${unfinished} and p = 2 as open, case p when 1 then ${MILLION.itemsPerRun} else 1 end as total,
  n > ${unfinished + MILLION.stoppingRuns} and n <= ${unfinished + 2 * MILLION.stoppingRuns} as undone) c`;

const items: Fill = (part) => `
insert into $s.pipeline_item (run_id, step, finish_order, item, state, result, undo, finished_at)
select ${sqlIdOf('run', 'n')}, 'pack', i + 1, i, 'completed', '{"box": 1}',
  '{"name": "unpack", "error": null, "job": null}', now()
from ${series(part)} cross join generate_series(0, ${MILLION.itemsPerRun - 1}) i`;

/** Of runs that are being stopped, one each; and those that the fourth batch of running jobs has started, whose ids they have. */
const children: Fill = (part) => `
insert into $s.pipeline_run (id, name, version, state, input, parent_id, parent_step, created_at)
select ${sqlIdOf('child', 'n')}, 'shipping', 'v1', 'running', ${runInput}, ${runOf('n')}, 'ship', now() from ${series(part)}
union all
select ${sqlIdOf('running', `n + ${3 * MILLION.batchSize}`)}, 'shipping', 'v1', 'running', ${runInput},
  ${runOf(`n + ${2 * MILLION.stoppingRuns}`)}, 'ship', now() from ${series(part)}`;

/** What the last steps of unfinished runs wait for, every third for one of a hundred people; every second one has come. */
const waits: Fill = (part) => `
insert into $s.pipeline_wait (run_id, step, kind, job_id, opened_at, due_at, assignee, outcome, payload, answered_at)
select ${runOf('n')}, 'ship', case n % 3 when 0 then 'approve' else 'signal' end, ${sqlIdOf('fresh', 'n')}, now(), now() + interval '1 day',
  case n % 3 when 0 then 'person ' || n % 100 end,
  case when n % 2 = 0 then 'answered' end, case when n % 2 = 0 then '{}'::jsonb end, case when n % 2 = 0 then now() end
from ${series(part)}`;

/** Not among the first rows. */
const largeFanOut: Fill = ({ from }) =>
  from === 1
    ? ''
    : `
insert into $s.pipeline_run (id, name, version, state, input, created_at)
values (${sqlIdOf('run', String(LARGE_RUN))}, 'orders', 'v1', 'running', '{}', now());
insert into $s.pipeline_step (run_id, step, position, kind, state, total, remaining, started_at)
values (${sqlIdOf('run', String(LARGE_RUN))}, 'pack', 1, 'each', 'running', ${MILLION.largeFanOut}, ${MILLION.largeFanOut / 2}, now());
insert into $s.pipeline_item (run_id, step, finish_order, item, state, result, finished_at)
select ${sqlIdOf('run', String(LARGE_RUN))}, 'pack', i, i - 1, 'completed', '{}', now() from generate_series(1, ${MILLION.largeFanOut / 2}) i`;

const backlog: Fill = (part) => `
insert into $s.pipeline_backlog (run_id, step, item, job)
select ${runOf('n')}, 'pack', i, '{"name": "pack", "payload": {}}' from ${series(part)} cross join generate_series(1, ${MILLION.itemsPerRun}) i`;

/** Of running jobs, then of waiting ones; the last of each is a wait for a signal. */
const checkpoints: Fill = (part) => `
insert into $s.checkpoint (job_id, place, kind, name, due_at, created_at)
select ${durable}, place, case place when 3 then 'signal' else 'step' end, 'place ' || place,
  case place when 3 then now() + interval '1 day' end, now()
from ${series(part)} cross join generate_series(1, ${MILLION.checkpointsPerJob}) place;
update $s.job_waiting set meta = '{"waitsFor": "review"}' where id = ${sqlIdOf('scheduled', String(SUSPENDED))}`;

const signals: Fill = (part) => `
insert into $s.signal (job_id, id, name, payload, sent_at)
select ${durable}, ${durable}, 'review', '{}', now() from ${series(part)} where n % 10 = 0`;

const blobs: Fill = (part) => `
insert into $s.blob (key, size, upload, created_at) select md5(n::text) || md5(n::text), 4, ${sqlIdOf('run', 'n')}, now() from ${series(part)};
insert into $s.blob_part (upload, part, content) select ${sqlIdOf('run', 'n')}, p, '\\xdeadbeef' from ${series(part)} cross join generate_series(0, 1) p`;

const pipelines: Fill = () => `
insert into $s.pipeline (name, version, graph, created_at) values ('orders', 'v1', '{}', now());
select setval('$s.job_seq', 10000000), setval('$s.fencing_token', 1000000);
insert into $s.leader (name, worker_id, term, expires_at) values ('maintenance', ${sqlIdOf('worker', '1')}, 1, now() + interval '1 hour');
insert into $s.job_type (name, version, queue, priority, max_attempts, updated_at) values ('send-mail', 1, 'default', 5, 3, now())`;

/** In groups that may be filled at once, each on a connection of its own; in a group, one after the other. */
export const FILLS: readonly (readonly { readonly fill: Fill; readonly rows: number }[])[] = [
  [
    { fill: running, rows: MILLION.batches * MILLION.batchSize },
    { fill: available, rows: MILLION.available },
    { fill: keyed, rows: MILLION.keyed },
    { fill: locks, rows: MILLION.locks },
    { fill: workers, rows: 9 },
    { fill: claims, rows: MILLION.batches + 2 },
    { fill: pipelines, rows: 1 },
  ],
  [
    { fill: scheduled, rows: MILLION.scheduled },
    { fill: parked, rows: MILLION.parked },
    { fill: steps, rows: MILLION.runs },
    { fill: checkpoints, rows: MILLION.durable },
    { fill: signals, rows: MILLION.durable },
    { fill: blobs, rows: MILLION.blobs },
  ],
  [
    { fill: finished, rows: MILLION.finished },
    { fill: kept, rows: MILLION.kept },
  ],
  [
    { fill: uniqueKeys, rows: MILLION.available },
    { fill: runs, rows: MILLION.runs },
    { fill: items, rows: MILLION.runs },
    { fill: children, rows: MILLION.stoppingRuns },
    { fill: waits, rows: MILLION.unfinishedRuns },
    { fill: backlog, rows: MILLION.backlogs },
    { fill: largeFanOut, rows: 2 },
  ],
];
