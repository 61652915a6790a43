import type pg from 'pg';

/** Bytes of WAL that the server has written so far. */
export async function walBytes(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(`select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as bytes`);
  return Number(rows[0]!.bytes);
}

export interface TupleCounts {
  inserted: number;
  updated: number;
  hotUpdated: number;
  deleted: number;
}

/** Tuples written in a schema; every connection that wrote must flush its counters first. */
export async function tupleCounts(writers: readonly pg.Client[], schema: string): Promise<TupleCounts> {
  await Promise.all(writers.map((client) => client.query('select pg_stat_force_next_flush()')));
  await Promise.all(writers.map((client) => client.query('select 1')));
  const { rows } = await writers[0]!.query<TupleCounts>(
    `select sum(n_tup_ins)::int as inserted, sum(n_tup_upd)::int as updated, sum(n_tup_hot_upd)::int as "hotUpdated",
       sum(n_tup_del)::int as deleted
     from pg_stat_user_tables where schemaname = $1`,
    [schema],
  );
  return rows[0]!;
}

/** Megabytes of each table of a schema, indexes and TOAST included; empty ones left out. */
export async function tableSizes(client: pg.Client, schema: string): Promise<Map<string, number>> {
  const { rows } = await client.query<{ name: string; megabytes: number }>(
    `select c.relname as name, pg_total_relation_size(c.oid) / 1e6::float8 as megabytes
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind = 'r' and pg_relation_size(c.oid) > 0 order by 1`,
    [schema],
  );
  return new Map(rows.map((row) => [row.name, row.megabytes]));
}
