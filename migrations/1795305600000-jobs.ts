import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The first shape of Rowlock: jobs in three tables by what may happen to them next, and all that runs beside them.
 * Why three tables, and why their indexes name only what they do: docs/decisions/0001-storage.md.
 */
export class Jobs1795305600000 implements MigrationInterface {
  readonly name = 'Jobs1795305600000';
  /** The schema that the tables are made in; `migrationsIn` sets another. */
  readonly schema: string = 'rowlock';

  async up(runner: QueryRunner): Promise<void> {
    const s = `"${this.schema.replaceAll('"', '""')}"`;
    for (const statement of [
      ...base(s),
      ...jobs(s),
      ...workers(s),
      ...keys(s),
      ...durableCode(s),
      ...pipelines(s),
      ...blobs(s),
      ...views(s),
    ]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const s = `"${this.schema.replaceAll('"', '""')}"`;
    for (const view of ['jobs']) await runner.query(`drop view ${s}.${view}`);
    for (const table of TABLES) await runner.query(`drop table ${s}.${table}`);
    for (const sequence of ['job_seq', 'fencing_token']) await runner.query(`drop sequence ${s}.${sequence}`);
    for (const domain of DOMAINS) await runner.query(`drop domain ${s}.${domain}`);
    await runner.query(`drop function ${s}.clock()`);
  }
}

const DOMAINS = [
  'identifier',
  'priority',
  'attempt_limit',
  'payload_version',
  'tag_list',
  'payload',
  'result',
  'error_list',
  'message',
];

/** In an order in which they can be dropped. */
const TABLES = [
  'blob_part',
  'blob',
  'pipeline_wait',
  'pipeline_item',
  'pipeline_backlog',
  'pipeline_step',
  'pipeline_run',
  'pipeline',
  'signal',
  'checkpoint',
  'unique_key',
  'lock',
  'claim',
  'leader',
  'worker',
  'queue',
  'job_type',
  'job_history',
  'job_waiting',
  'job',
];

const base = (s: string): string[] => [
  // Every statement asks this clock, so that a test can move the time of all sessions by replacing it.
  `create function ${s}.clock() returns timestamptz language sql stable parallel safe as 'select pg_catalog.now()'`,
  // Domains, and not constraints of the tables, because those are checked at each update too: at claims of all statements.
  // The length of names by itself, because a bounded repetition makes the expression ten times as slow.
  `create domain ${s}.identifier as text collate "C" constraint identifier_form
    check (value ~ '^[a-z][a-z0-9_.:-]*$' and octet_length(value) < 64)`,
  `create domain ${s}.priority as smallint constraint priority_range check (value between 0 and 9)`,
  `create domain ${s}.attempt_limit as smallint constraint attempt_limit_range check (value between 1 and 1000)`,
  // The first version is null: a job without versions is no larger for them.
  `create domain ${s}.payload_version as smallint constraint payload_version_range check (value > 1)`,
  `create domain ${s}.tag_list as text[] constraint tag_list_length check (cardinality(value) <= 20)`,
  // What JSON takes in memory can be more than its text, and is known without writing that: these are bounds for those who
  // write SQL by hand, and what Rowlock itself stores is held to the length of the text.
  `create domain ${s}.payload as jsonb constraint payload_size check (pg_column_size(value) <= 2097152)`,
  `create domain ${s}.result as jsonb constraint result_size check (pg_column_size(value) <= 8388608)`,
  `create domain ${s}.error_list as jsonb constraint error_list_length check (jsonb_array_length(value) <= 10)`,
  `create domain ${s}.message as text constraint message_length check (length(value) <= 1000)`,
  `create sequence ${s}.job_seq as bigint cache 1`,
  `create sequence ${s}.fencing_token as bigint cache 1`,
];

/** What a job is, in whichever table it lies. */
const jobColumns = (s: string): string => `
  id uuid not null,
  seq bigint not null default nextval('${s.replaceAll("'", "''")}.job_seq'),
  name ${s}.identifier not null,
  queue ${s}.identifier not null,
  priority ${s}.priority not null,
  payload ${s}.payload not null,
  attempt smallint not null default 0,
  max_attempts ${s}.attempt_limit not null,
  timeout_ms integer,
  keep_ms bigint,
  lock_key text,
  unique_key text,
  tags ${s}.tag_list not null default '{}',
  meta jsonb,
  owner text,
  tenant text not null default '',
  pipeline text,
  run_id uuid,
  step text,
  item integer,
  errors ${s}.error_list,
  progress real,
  progress_message ${s}.message,
  created_at timestamptz not null,
  available_at timestamptz,
  payload_version ${s}.payload_version`;

/** A million short-lived rows an hour need a vacuum that does not wait for a share of the table to die. */
const busyTable = `autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 10000,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000, vacuum_truncate = off`;

const jobs = (s: string): string[] => [
  `create table ${s}.job (${jobColumns(s)},
    token bigint,
    worker_id uuid,
    claimed_at timestamptz,
    deadline_at timestamptz,
    cancel_requested_at timestamptz,
    cancel_reason text,
    constraint job_pkey primary key (id)
  ) with (fillfactor = 42, ${busyTable})`, // less than half: a claim adds 40 bytes to a row, and must find room for all of its page
  // In the order of the claim, and on nothing that a claim changes: so a claim is a heap-only update.
  `create index job_claim on ${s}.job (queue, priority, seq)`,
  // To stop a run. A claim changes neither its column nor its predicate, and jobs of no run are not in it.
  `create index job_run on ${s}.job (run_id) where run_id is not null`,
  `create table ${s}.job_waiting (${jobColumns(s)},
    state text not null,
    run_at timestamptz,
    constraint job_waiting_pkey primary key (id),
    constraint job_waiting_state check (state in ('pending', 'scheduled', 'retryable')),
    constraint job_waiting_run_at check ((run_at is null) = (state = 'pending'))
  ) with (${busyTable})`,
  `create index job_waiting_due on ${s}.job_waiting (run_at) where run_at is not null`,
  `create index job_waiting_lock on ${s}.job_waiting (lock_key, seq) where state = 'pending' and lock_key is not null`,
  `create index job_waiting_run on ${s}.job_waiting (run_id) where run_id is not null`,
  `create table ${s}.job_history (${jobColumns(s)},
    state text not null,
    result ${s}.result,
    reason text,
    token bigint,
    worker_id uuid,
    claimed_at timestamptz,
    finished_at timestamptz not null,
    prune_at timestamptz not null,
    constraint job_history_pkey primary key (id, prune_at),
    constraint job_history_state check (state in ('completed', 'cancelled', 'discarded'))
  ) partition by range (prune_at)`,
  `create index job_history_failed on ${s}.job_history (id) where state <> 'completed'`,
  `create index job_history_run on ${s}.job_history (run_id) where run_id is not null`,
  // Takes what no day partition covers; the leader makes those ahead, so it stays empty but for very long retention.
  `create table ${s}.job_history_default partition of ${s}.job_history default`,
  // Only of this partition, which is pruned by the row and searched for the rows of a day; the others are dropped whole.
  `create index job_history_default_prune on ${s}.job_history_default (prune_at)`,
];

const workers = (s: string): string[] => [
  `create table ${s}.worker (
    id uuid not null,
    name text not null,
    host text not null,
    pid integer not null,
    version text not null,
    queues text[] not null,
    job_names text[] not null,
    concurrency integer not null,
    started_at timestamptz not null,
    heartbeat_at timestamptz not null,
    lease_ms integer not null,
    blocked_ms integer not null default 0,
    draining boolean not null default false,
    constraint worker_pkey primary key (id)
  ) with (fillfactor = 50, ${busyTable})`,
  // One row for each batch that a worker claimed: a dead worker's jobs are found without an index that claims would feed.
  `create table ${s}.claim (
    token bigint not null,
    worker_id uuid not null,
    job_ids uuid[] not null,
    claimed_at timestamptz not null,
    deadline_at timestamptz not null,
    constraint claim_pkey primary key (token),
    constraint claim_worker foreign key (worker_id) references ${s}.worker (id)
  ) with (${busyTable})`,
  // Ids do not compress, and each claim would try.
  `alter table ${s}.claim alter column job_ids set storage external`,
  `create table ${s}.leader (
    name text not null,
    worker_id uuid not null,
    term bigint not null,
    expires_at timestamptz not null,
    constraint leader_pkey primary key (name)
  ) with (fillfactor = 50)`,
  `create table ${s}.queue (
    name ${s}.identifier not null,
    paused_at timestamptz,
    constraint queue_pkey primary key (name)
  )`,
  `create table ${s}.job_type (
    name ${s}.identifier not null,
    version integer not null,
    queue ${s}.identifier not null,
    priority ${s}.priority not null,
    max_attempts ${s}.attempt_limit not null,
    timeout_ms integer,
    keep_ms bigint,
    lock_template text,
    unique_template text,
    unique_scope text,
    unique_period_ms bigint,
    unique_on_conflict text,
    needs_class boolean not null default false,
    updated_at timestamptz not null,
    constraint job_type_pkey primary key (name)
  )`,
];

const keys = (s: string): string[] => [
  `create table ${s}.lock (
    key text not null,
    tenant text not null default '',
    job_id uuid,
    holder text not null,
    token bigint,
    acquired_at timestamptz not null,
    expires_at timestamptz,
    constraint lock_pkey primary key (key),
    constraint lock_held_by_job_or_lease check ((job_id is null) <> (expires_at is null))
  ) with (fillfactor = 50, ${busyTable})`,
  `create index lock_expired on ${s}.lock (expires_at) where expires_at is not null`,
  `create table ${s}.unique_key (
    tenant text not null default '',
    name ${s}.identifier not null,
    key text not null,
    job_id uuid not null,
    scope text not null,
    expires_at timestamptz,
    constraint unique_key_pkey primary key (tenant, name, key),
    constraint unique_key_scope check (scope in ('queued', 'unfinished', 'period')),
    constraint unique_key_expiry check ((expires_at is null) = (scope <> 'period'))
  ) with (${busyTable})`,
  `create index unique_key_expired on ${s}.unique_key (expires_at) where expires_at is not null`,
];

const durableCode = (s: string): string[] => [
  // No foreign keys: jobs move between tables. A job's are deleted when it completes, strays by the leader.
  `create table ${s}.checkpoint (
    job_id uuid not null,
    place integer not null,
    kind text not null,
    name text not null,
    result ${s}.result,
    due_at timestamptz,
    created_at timestamptz not null,
    constraint checkpoint_pkey primary key (job_id, place),
    constraint checkpoint_kind check (kind in ('step', 'sleep', 'signal', 'timeout')),
    constraint checkpoint_due_at check ((due_at is null) = (kind = 'step'))
  ) with (${busyTable})`,
  `create table ${s}.signal (
    job_id uuid not null,
    id uuid not null,
    name text not null,
    payload ${s}.payload not null,
    refused text,
    sent_at timestamptz not null,
    constraint signal_pkey primary key (job_id, id)
  ) with (${busyTable})`,
];

const pipelines = (s: string): string[] => [
  `create table ${s}.pipeline (
    name text not null,
    version text not null,
    graph jsonb not null,
    created_at timestamptz not null,
    constraint pipeline_pkey primary key (name, version)
  )`,
  `create table ${s}.pipeline_run (
    id uuid not null,
    name text not null,
    version text not null,
    state text not null,
    ends_as text,
    undoes boolean not null default false,
    input ${s}.payload not null,
    output jsonb,
    error jsonb,
    priority ${s}.priority,
    tags ${s}.tag_list not null default '{}',
    owner text,
    tenant text not null default '',
    unique_key text,
    parent_id uuid,
    parent_step text,
    created_at timestamptz not null,
    deadline_at timestamptz,
    finished_at timestamptz,
    prune_at timestamptz,
    origin jsonb,
    retries smallint not null default 0,
    retried_at timestamptz,
    constraint pipeline_run_parent check ((parent_id is null) = (parent_step is null)),
    constraint pipeline_run_pkey primary key (id),
    constraint pipeline_run_state check (state in ('running', 'stopping', 'compensating', 'completed', 'failed', 'cancelled')),
    constraint pipeline_run_ends_as check (case when state in ('running', 'completed') then ends_as is null
      else ends_as in ('failed', 'cancelled') end),
    constraint pipeline_run_finished check ((finished_at is null) = (state in ('running', 'stopping', 'compensating')))
  ) with (fillfactor = 70)`,
  // What a run has begun, to stop it with the run.
  `create index pipeline_run_child on ${s}.pipeline_run (parent_id) where parent_id is not null`,
  `create index pipeline_run_prune on ${s}.pipeline_run (prune_at) where prune_at is not null`,
  // A walk from pipeline to pipeline, and in each from the newest run down; its first columns alone tell which there are.
  `create index pipeline_run_unfinished on ${s}.pipeline_run (name, version, id) where finished_at is null`,
  `create index pipeline_run_failed on ${s}.pipeline_run (id) where state in ('failed', 'cancelled')`,
  // A key is free again when its run is over, however it ends: nothing has to give it back.
  `create unique index pipeline_run_unique on ${s}.pipeline_run (tenant, name, unique_key)
    where unique_key is not null and finished_at is null`,
  `create index pipeline_run_stopping on ${s}.pipeline_run (id) where state = 'stopping'`,
  `create index pipeline_run_deadline on ${s}.pipeline_run (deadline_at) where deadline_at is not null and state = 'running'`,
  // No foreign keys to the run: whoever writes here holds the run's row, and a check a row is the half of an insert.
  `create table ${s}.pipeline_step (
    run_id uuid not null,
    step text not null,
    position smallint not null,
    kind text not null,
    state text not null,
    total integer not null,
    remaining integer not null,
    failed integer not null default 0,
    result ${s}.result,
    undo jsonb,
    undoable integer not null default 0,
    undo_state text,
    undo_remaining integer not null default 0,
    started_at timestamptz not null,
    finished_at timestamptz,
    constraint pipeline_step_pkey primary key (run_id, step),
    constraint pipeline_step_kind check (kind in ('one', 'each')),
    constraint pipeline_step_state check (state in ('running', 'completed', 'skipped', 'substituted', 'failed', 'cancelled')),
    constraint pipeline_step_remaining check (remaining between 0 and total),
    constraint pipeline_step_undo_state check (undo_state in ('running', 'completed', 'failed')),
    constraint pipeline_step_undo_remaining check (undo_remaining between 0 and undoable)
  ) with (fillfactor = 25)`, // each row is updated once as a rule, and then holds its result
  // Inserted when the item is over, in that order, and never changed: a watcher reads on from where it was.
  `create table ${s}.pipeline_item (
    run_id uuid not null,
    step text not null,
    finish_order integer not null,
    item integer not null,
    state text not null,
    result ${s}.result,
    undo jsonb,
    finished_at timestamptz not null,
    constraint pipeline_item_pkey primary key (run_id, step, finish_order),
    constraint pipeline_item_state check (state in ('completed', 'skipped', 'substituted', 'failed', 'cancelled'))
  )`,
  // Items of fan-outs with a limit that have not begun: each goes when another is over, so at no moment is one alone.
  `create table ${s}.pipeline_backlog (
    run_id uuid not null,
    step text not null,
    item integer not null,
    job jsonb not null,
    constraint pipeline_backlog_pkey primary key (run_id, step, item)
  )`,
  // Inserted by whoever is first, the step that waits or its early answer: so the two meet, and the first answer is the only one.
  `create table ${s}.pipeline_wait (
    run_id uuid not null,
    step text not null,
    kind text not null,
    job_id uuid,
    opened_at timestamptz,
    due_at timestamptz,
    assignee text,
    escalated_at timestamptz,
    outcome text,
    payload ${s}.payload,
    answered_by text,
    reason text,
    answered_at timestamptz,
    refused text,
    constraint pipeline_wait_pkey primary key (run_id, step),
    constraint pipeline_wait_kind check (kind in ('signal', 'approve')),
    constraint pipeline_wait_outcome check (outcome in ('answered', 'rejected', 'expired')),
    constraint pipeline_wait_opened check ((opened_at is null) = (job_id is null) and (opened_at is null) = (due_at is null)),
    constraint pipeline_wait_answered check ((outcome is null) = (answered_at is null))
  ) with (fillfactor = 70)`,
  // What people are asked and have not answered, all of it and by person.
  `create index pipeline_wait_open on ${s}.pipeline_wait (run_id, step)
    where kind = 'approve' and outcome is null and job_id is not null`,
  `create index pipeline_wait_assignee on ${s}.pipeline_wait (assignee, run_id, step)
    where kind = 'approve' and outcome is null and job_id is not null`,
];

const blobs = (s: string): string[] => [
  `create table ${s}.blob (
    key text not null,
    size bigint not null,
    upload uuid not null,
    created_at timestamptz not null,
    constraint blob_pkey primary key (key)
  )`,
  // No foreign key: the parts come first, and all are one transaction.
  `create table ${s}.blob_part (
    upload uuid not null,
    part integer not null,
    content bytea not null,
    constraint blob_part_pkey primary key (upload, part)
  )`,
  // Images and archives do not compress, and each would be tried.
  `alter table ${s}.blob_part alter column content set storage external`,
];

const shared = `id, seq, name, queue, priority, payload, attempt, max_attempts, timeout_ms, keep_ms, lock_key, unique_key, tags, meta,
  owner, tenant, pipeline, run_id, step, item, errors, progress, progress_message, created_at, available_at,
  payload_version`;

const views = (s: string): string[] => [
  // Each column of one type in all three, a domain included: older versions read a union of others in no index's order.
  `create view ${s}.jobs as
    select ${shared}, case when token is null then 'available' else 'running' end as state, null::timestamptz as run_at,
      token, worker_id, claimed_at, deadline_at, cancel_requested_at, null::timestamptz as finished_at,
      null::${s}.result as result, cancel_reason as reason
    from ${s}.job
    union all
    select ${shared}, state, run_at, null, null, null, null, null, null, null::${s}.result, null from ${s}.job_waiting
    union all
    select ${shared}, state, null, token, worker_id, claimed_at, null, null, finished_at, result, reason from ${s}.job_history`,
];
