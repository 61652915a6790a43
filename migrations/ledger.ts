/** What the ledger needs of a connection: a QueryRunner of TypeORM's has it. */
interface Connection {
  query(sql: string): Promise<unknown>;
}

/** A migration that was applied. */
export interface AppliedMigration {
  readonly name: string;
  readonly appliedAt: Date;
}

/**
 * Which migrations a schema has had: its table `migration`. Rowlock's migrations write it themselves, so it is right
 * whoever runs them, `rowlock migrate` or an application's own DataSource (which keeps a ledger of its own beside it).
 */
export class Ledger {
  readonly #schema: string;
  readonly #table: string;

  constructor(private readonly schemaName: string) {
    this.#schema = `"${schemaName.replaceAll('"', '""')}"`;
    this.#table = `${this.#schema}.migration`;
  }

  /** Waits until no other process migrates this schema; until the end of the transaction, none will. */
  async lock(connection: Connection): Promise<void> {
    const name = literal(`rowlock:migrate:${this.schemaName}`);
    await connection.query(`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
  }

  /** Makes the schema and the ledger where they are not there. A schema that is there needs no right to create one. */
  async prepare(connection: Connection): Promise<void> {
    const [createSchema, createTable] = this.preparation();
    const schemas = await connection.query(`select from pg_namespace where nspname = ${literal(this.schemaName)}`);
    if ((schemas as unknown[]).length === 0) await connection.query(createSchema);
    if (!(await this.#exists(connection))) await connection.query(createTable);
  }

  /** In the order of their times; none if there is no ledger. */
  async applied(connection: Connection): Promise<readonly AppliedMigration[]> {
    if (!(await this.#exists(connection))) return [];
    const rows = await connection.query(
      `select name, applied_at as "appliedAt" from ${this.#table} order by right(name, 13), name`,
    );
    return rows as AppliedMigration[];
  }

  async record(connection: Connection, name: string): Promise<void> {
    await connection.query(this.recording(name));
  }

  /** Forgets a migration, and with the last one itself. */
  async forget(connection: Connection, name: string): Promise<void> {
    await connection.query(this.forgetting(name));
    if ((await this.applied(connection)).length === 0) await connection.query(this.ending());
  }

  /** The statements of `prepare`, and of the methods after it, for a DBA to run. */
  preparation(): readonly [createSchema: string, createTable: string] {
    const columns = 'name text not null, applied_at timestamptz not null, constraint migration_pkey primary key (name)';
    return [`create schema if not exists ${this.#schema}`, `create table if not exists ${this.#table} (${columns})`];
  }

  recording(name: string): string {
    return `insert into ${this.#table} (name, applied_at) values (${literal(name)}, now())`;
  }

  forgetting(name: string): string {
    return `delete from ${this.#table} where name = ${literal(name)}`;
  }

  ending(): string {
    return `drop table ${this.#table}`;
  }

  /** By the catalog: unlike `to_regclass` it needs no right on the schema. */
  async #exists(connection: Connection): Promise<boolean> {
    const tables = await connection.query(
      `select from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = ${literal(this.schemaName)} and c.relname = 'migration'`,
    );
    return (tables as unknown[]).length > 0;
  }
}

/** Instead of parameters, because the same statements are printed for a DBA. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
