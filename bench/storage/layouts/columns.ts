/** What every table that holds a whole job carries, in one order. */
export const CARRIED = [
  'id',
  'queue',
  'priority',
  'name',
  'payload',
  'attempt',
  'max_attempts',
  'lock_key',
  'unique_key',
  'tags',
  'owner',
  'created_at',
  'errors',
] as const;

/** The same columns, ready for a select list. */
export function carried(alias?: string): string {
  return CARRIED.map((column) => (alias ? `${alias}.${column}` : column)).join(', ');
}

/** Column definitions behind {@link CARRIED}. */
export const CARRIED_DEFINITIONS = `
  id uuid not null,
  queue text collate "C" not null,
  priority smallint not null,
  name text not null,
  payload jsonb not null,
  attempt smallint not null default 0,
  max_attempts smallint not null default 25,
  lock_key text,
  unique_key text,
  tags text[] not null default '{}',
  owner text not null default '',
  created_at timestamptz not null default clock_timestamp(),
  errors jsonb`;

/** Autovacuum by count instead of by share, and never a truncation, which would lock the table. */
export const HOT_TABLE_AUTOVACUUM = `
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 10000,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 10000, vacuum_truncate = off`;

/** Finished jobs of every layout: a range partition a day, by the moment they may be dropped. */
export function defineHistory(): string {
  const days = [6, 7, 8].map((day) => {
    const bound = (offset: number) => `date_trunc('day', now()) + interval '${offset} days'`;
    return `execute format('create table job_history_${day} partition of job_history for values from (%L) to (%L)',
      ${bound(day)}, ${bound(day + 1)});`;
  });
  return `
    create table job_history (${CARRIED_DEFINITIONS},
      state text not null, worker_id uuid, claimed_at timestamptz, finished_at timestamptz not null,
      result jsonb, prune_at timestamptz not null, primary key (id, prune_at)) partition by range (prune_at);
    do $$ begin ${days.join('\n')} end $$;`;
}

/** Columns that a finish writes to history. */
export const HISTORY_COLUMNS = `${carried()}, state, worker_id, claimed_at, finished_at, result, prune_at`;

/** About 300 bytes of payload, made by the server. */
export const FILL_PAYLOAD = `jsonb_build_object('url', 'https://example.org/' || i, 'text', repeat('x', 260))`;
