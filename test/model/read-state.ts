import { statement } from '../../src/repositories/statement.js';
import { errorLine } from './model-job.js';
import type { Row, State } from './state.js';

/** Those that hold no jobs. */
export const TABLES = [
  'lock',
  'unique_key',
  'claim',
  'worker',
  'checkpoint',
  'signal',
  'pipeline_run',
  'pipeline_step',
  'ledger',
] as const;

/** A row as it is stored. */
export type Stored = Readonly<Record<string, unknown>>;
type Tables = Readonly<Record<(typeof TABLES)[number] | 'job', readonly Stored[]>>;

/** How the raw rows become those of the model: its names for ids, its zero of time. */
export interface Translation {
  readonly nameOf: (id: string) => string;
  /** Epoch milliseconds at which the test began, by the clock of the database. */
  readonly epoch: number;
}

/** One statement, so that what is read is one moment of the whole schema; as the engine's are, to be prepared like them. */
export const readTables = statement<readonly [], { readonly state: Tables }>('read-tables', ({ schema }) => {
  const others = TABLES.map((table) => `'${table}', (select coalesce(json_agg(t), '[]') from ${schema}.${table} t)`);
  return `
with job as (
  select j.*, h.prune_at from ${schema}.jobs j left join ${schema}.job_history h on h.id = j.id and h.finished_at = j.finished_at
)
select json_build_object('job', (select coalesce(json_agg(j), '[]') from job j), ${others.join(', ')}) as state`;
});

/** What the tables hold, in the form in which `stateOfModel` says what they should hold. */
export function readState(tables: Tables, translation: Translation): State {
  const rows = (stored: readonly Stored[], read: (row: Stored) => readonly [string, Row]): ReadonlyMap<string, Row> =>
    new Map(stored.map(read));
  return {
    job: jobRows(tables.job, translation),
    lock: rows(tables.lock, (row) => lockRow(row, translation)),
    uniqueKey: rows(tables.unique_key, (row) => uniqueKeyRow(row, translation)),
    claim: rows(tables.claim, (row) => claimRow(row, translation)),
    worker: rows(tables.worker, (row) => workerRow(row, translation)),
    checkpoint: rows(tables.checkpoint, (row) => checkpointRow(row, translation)),
    signal: rows(tables.signal, (row) => signalRow(row, translation)),
    run: rows(tables.pipeline_run, (row) => runRow(row, translation)),
    step: rows(tables.pipeline_step, (row) => stepRow(row, translation)),
    ledger: rows(tables.ledger, (row) => ledgerRow(row, translation)),
  };
}

/** A job that lies in two tables is not one job: each place gets a name of its own. */
function jobRows(stored: readonly Stored[], translation: Translation): ReadonlyMap<string, Row> {
  const rows = new Map<string, Row>();
  for (const row of stored) {
    const job = jobRow(row, translation);
    const id = String(job['id']);
    rows.set(rows.has(id) ? `${id} (once more, ${String(job['state'])})` : id, job);
  }
  return rows;
}

function jobRow(row: Stored, { nameOf, epoch }: Translation): Row {
  const time = timeFrom(epoch);
  const over = row['finished_at'] !== null;
  const job = {
    id: nameOf(String(row['id'])),
    ...take(row, [
      'name',
      'tenant',
      'state',
      'seq',
      'queue',
      'priority',
      'payload',
      'attempt',
      'tags',
      'progress',
      'token',
      'result',
    ]),
    run: row['run_id'] === null ? null : nameOf(row['run_id'] as string),
    step: row['step'],
    pipeline: row['pipeline'] === null ? null : (row['pipeline'] as string).split('@')[0],
    uniqueKey: row['unique_key'],
    maxAttempts: row['max_attempts'],
    timeoutMs: row['timeout_ms'],
    keepMs: row['keep_ms'],
    lockKey: row['lock_key'],
    meta: metaOf(row['meta'], time),
    errors: ((row['errors'] ?? []) as Parameters<typeof errorLine>[0][]).map(errorLine),
    progressMessage: row['progress_message'],
    worker: row['worker_id'] === null ? null : nameOf(row['worker_id'] as string),
    cancelReason: over ? null : row['reason'],
    reason: over ? row['reason'] : null,
  };
  return { ...job, ...times(row, JOB_TIMES, epoch) };
}

const JOB_TIMES = [
  'created_at',
  'available_at',
  'run_at',
  'claimed_at',
  'deadline_at',
  'cancel_requested_at',
  'finished_at',
  'prune_at',
];

function lockRow(row: Stored, { nameOf, epoch }: Translation): readonly [string, Row] {
  const time = timeFrom(epoch);
  const job = row['job_id'] === null ? null : nameOf(row['job_id'] as string);
  const lock = {
    key: row['key'],
    job,
    holder: job === null ? 'a holder of Locks' : row['holder'],
    token: job === null ? row['token'] : null,
    acquiredAt: time(row['acquired_at']),
    expiresAt: time(row['expires_at']),
  };
  return [String(lock.key), lock];
}

function uniqueKeyRow(row: Stored, { nameOf, epoch }: Translation): readonly [string, Row] {
  const { tenant, name, key } = row;
  const unique = {
    ...take(row, ['tenant', 'name', 'key', 'scope']),
    job: nameOf(row['job_id'] as string),
    expiresAt: timeFrom(epoch)(row['expires_at']),
  };
  return [`${String(tenant)}/${String(name)}/${String(key)}`, unique];
}

function claimRow(row: Stored, { nameOf, epoch }: Translation): readonly [string, Row] {
  const time = timeFrom(epoch);
  const claim = {
    token: row['token'],
    worker: nameOf(row['worker_id'] as string),
    jobs: (row['job_ids'] as string[]).map(nameOf).toSorted(),
    claimedAt: time(row['claimed_at']),
    deadlineAt: time(row['deadline_at']),
  };
  return [`of token ${String(claim.token)}`, claim];
}

function workerRow(row: Stored, { nameOf, epoch }: Translation): readonly [string, Row] {
  const id = nameOf(String(row['id']));
  const { lease_ms: leaseMs, blocked_ms: blockedMs, draining } = row;
  return [id, { id, leaseMs, blockedMs, draining, heartbeatAt: timeFrom(epoch)(row['heartbeat_at']) }];
}

function checkpointRow(row: Stored, { nameOf, epoch }: Translation): readonly [string, Row] {
  const time = timeFrom(epoch);
  const job = nameOf(row['job_id'] as string);
  const times = { createdAt: time(row['created_at']), dueAt: time(row['due_at']) };
  return [`${job} at ${String(row['place'])}`, { job, ...take(row, ['place', 'kind', 'name', 'result']), ...times }];
}

function signalRow(row: Stored, { nameOf, epoch }: Translation): readonly [string, Row] {
  const id = `s${String((row['payload'] as Stored)['n'])}`;
  const job = nameOf(row['job_id'] as string);
  const sent = { sentAt: timeFrom(epoch)(row['sent_at']), refused: row['refused'] !== null };
  return [id, { id, job, ...take(row, ['name', 'payload']), ...sent }];
}

function runRow(row: Stored, { nameOf, epoch }: Translation): readonly [string, Row] {
  const id = nameOf(String(row['id']));
  const { name: pipeline, ends_as: endsAs, unique_key: uniqueKey } = row;
  return [
    id,
    {
      id,
      pipeline,
      endsAs,
      uniqueKey,
      ...take(row, ['state', 'undoes', 'input', 'output', 'error']),
      ...runTimes(row, epoch),
    },
  ];
}

const runTimes = (row: Stored, epoch: number): Row =>
  times(row, ['created_at', 'deadline_at', 'finished_at', 'prune_at'], epoch);

function stepRow(row: Stored, { nameOf, epoch }: Translation): readonly [string, Row] {
  const run = nameOf(String(row['run_id']));
  const { undo_state: undoState, undo_remaining: undoRemaining } = row;
  return [
    `${run}.${String(row['step'])}`,
    {
      run,
      ...take(row, ['step', 'position', 'state', 'total', 'remaining', 'failed', 'result', 'undoable']),
      undo: row['undo'] !== null,
      undoState,
      undoRemaining,
      ...times(row, ['started_at', 'finished_at'], epoch),
    },
  ];
}

function ledgerRow(row: Stored, { nameOf }: Translation): readonly [string, Row] {
  const job = nameOf(row['job_id'] as string);
  return [`${job} by token ${String(row['token'])}`, { job, token: row['token'] }];
}

type Time = (value: unknown) => number | null;

const timeFrom =
  (epoch: number): Time =>
  (value) =>
    value === null ? null : value === 'infinity' ? Infinity : Date.parse(value as string) - epoch;

const times = (row: Stored, columns: readonly string[], epoch: number): Row =>
  Object.fromEntries(columns.map((column) => [camel(column), timeFrom(epoch)(row[column])]));

function metaOf(meta: unknown, time: Time): unknown {
  if (meta === null) return null;
  const at = (meta as Stored)['redrivenAt'];
  return at === undefined ? meta : { ...meta, redrivenAt: time(at) };
}

const take = (row: Stored, columns: readonly string[]): Row =>
  Object.fromEntries(columns.map((column) => [column, row[column]]));

const camel = (column: string): string => column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
