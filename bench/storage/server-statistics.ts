import { readFileSync } from 'node:fs';
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

/** Clock ticks a second in /proc, on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;

/**
 * CPU seconds that the server spent on these connections so far: unlike a rate, they hold still when others use the machine.
 * Undefined where there is no /proc.
 */
export async function serverCpuSeconds(clients: readonly pg.Client[]): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const pids = await Promise.all(
    clients.map(async (client) => (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid),
  );
  const ticks = pids.map((pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, count) => sum + count, 0) / TICKS_PER_SECOND;
}
