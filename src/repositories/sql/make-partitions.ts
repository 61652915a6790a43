import { statement } from '../statement.js';

/** Which day partitions of the history exist, as ISO days, the default partition not among them. */
export const listPartitions = statement<readonly [], { readonly name: string; readonly expired: boolean }>(
  'list-partitions',
  ({ schema }) => `
select c.relname as name,
  to_date(right(c.relname, 8), 'YYYYMMDD') + 1 <= (${schema}.clock() at time zone 'UTC')::date as expired
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = '${schema}.job_history'::regclass and c.relname ~ '^job_history_[0-9]{8}$'`,
);

/** The days, as YYYYMMDD in UTC, from today on, for which partitions must be there. */
export const upcomingDays = statement<readonly [days: number], { readonly day: string }>(
  'upcoming-days',
  ({ schema }) => `
select to_char(day, 'YYYYMMDD') as day
from generate_series((${schema}.clock() at time zone 'UTC')::date, (${schema}.clock() at time zone 'UTC')::date + $1::int, interval '1 day') as day`,
);

/**
 * Makes the partition of one day. What lies in the default partition for that day is moved over in the same transaction:
 * PostgreSQL refuses the new partition otherwise. Not a statement with parameters, because DDL takes none.
 */
export function makePartition(schema: string, day: string): readonly string[] {
  if (!/^\d{8}$/.test(day)) throw new RangeError(`not a day: ${day}`);
  const from = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)} 00:00:00+00`;
  const range = `prune_at >= timestamptz '${from}' and prune_at < timestamptz '${from}' + interval '1 day'`;
  const partition = `${schema}.job_history_${day}`;
  return [
    `create table if not exists ${partition} (like ${schema}.job_history including defaults including constraints)`,
    `with moved as (delete from ${schema}.job_history_default where ${range} returning *) insert into ${partition} select * from moved`,
    `alter table ${schema}.job_history attach partition ${partition}
      for values from ('${from}') to (timestamptz '${from}' + interval '1 day')`,
  ];
}

/** Drops the partition of a day that is over, with all that retention no longer keeps. */
export function dropPartition(schema: string, name: string): readonly string[] {
  if (!/^job_history_\d{8}$/.test(name)) throw new RangeError(`not a partition of the history: ${name}`);
  return [`drop table if exists ${schema}.${name}`];
}
