import type { DataSource } from 'typeorm';

/** A column as the database has it, or as an entity says that it is. */
export interface CatalogColumn {
  readonly table: string;
  readonly name: string;
  /** Such as `text`, `bigint`, `uuid[]`; of a domain, what it is made of. */
  readonly type: string;
  readonly nullable: boolean;
  readonly hasDefault: boolean;
  readonly primary: boolean;
}

/** Every column of every table of a schema; partitions repeat their parent and are left out. */
export async function catalogColumns(dataSource: DataSource, schema: string): Promise<readonly CatalogColumn[]> {
  const rows: unknown = await dataSource.query(
    `select c.relname as table, a.attname as name, format_type(coalesce(nullif(t.typbasetype, 0), t.oid), a.atttypmod) as type,
       not a.attnotnull as nullable, a.atthasdef as "hasDefault",
       exists (select from pg_constraint p where p.conrelid = c.oid and p.contype = 'p' and a.attnum = any(p.conkey)) as primary
     from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
     where c.relnamespace = (select oid from pg_namespace where nspname = $1)
       and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
     order by 1, 2`,
    [schema],
  );
  return rows as CatalogColumn[];
}

/** Everything that a schema holds but day partitions, one line each: to tell whether two schemas are of one shape. */
export async function catalogShape(dataSource: DataSource, schema: string): Promise<readonly string[]> {
  const rows: unknown = await dataSource.query(
    `with space as (select oid from pg_namespace where nspname = $1)
     select 'relation ' || c.relkind::text || ' ' || c.relname || ' ' || coalesce(array_to_string(c.reloptions, ','), '') as line
       from pg_class c, space where c.relnamespace = space.oid and c.relname !~ '^job_history_[0-9]{8}'
     union all select 'constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
       from pg_constraint k left join pg_class c on c.oid = k.conrelid, space
       where k.connamespace = space.oid and coalesce(c.relname, '') !~ '^job_history_[0-9]{8}'
     union all select 'function ' || p.proname from pg_proc p, space where p.pronamespace = space.oid
     union all select 'type ' || t.typname from pg_type t, space
       where t.typnamespace = space.oid and t.typname !~ '^_?job_history_[0-9]{8}'
     order by 1`,
    [schema],
  );
  return (rows as { line: string }[]).map(({ line }) => line);
}
