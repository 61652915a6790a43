import type pg from 'pg';

/** What all calls of a statement cost a PostgreSQL server, as pg_stat_statements counted it. */
export interface StatementCost {
  /** Of a statement of Rowlock's, its name; of others, how they begin. */
  readonly statement: string;
  readonly calls: number;
  readonly rows: number;
  /** To carry it out. */
  readonly milliseconds: number;
  /** Of the write-ahead log. */
  readonly walBytes: number;
  /** 8 kB pages that were looked at. */
  readonly pages: number;
}

const SHOWN = 40;

/** Of a database, the dearest first; without those that the bench itself asks, and says so in a comment. */
export async function statementCosts(admin: pg.Client, database: string): Promise<readonly StatementCost[]> {
  const { rows } = await admin.query<StatementCost & { readonly query: string }>(
    `select s.query, s.calls::float8 as calls, s.rows::float8 as rows, s.total_exec_time as milliseconds,
       s.wal_bytes::float8 as "walBytes", (s.shared_blks_hit + s.shared_blks_read)::float8 as pages
     from pg_stat_statements s join pg_database d on d.oid = s.dbid
     where d.datname = $1 and s.query not like '%/* bench:%' order by s.total_exec_time desc`,
    [database],
  );
  return rows.map(({ query, ...cost }) => ({ ...cost, statement: statementName(query) }));
}

/** Rowlock's statements tell theirs in a comment. */
export function statementName(query: string): string {
  const [, name] = /\/\* rowlock:(\S+) \*\//.exec(query) ?? [];
  return name ?? query.replace(/\s+/g, ' ').trim().slice(0, SHOWN);
}
