import { quoteLiteral, statement } from '../statement.js';

/** One at a time makes and drops partitions of a schema; the others wait until its transaction ends. */
export const lockPartitions = statement<readonly [], { readonly locked: string }>(
  'lock-partitions',
  ({ schema }) =>
    `select pg_advisory_xact_lock(hashtextextended('rowlock:partitions:' || ${quoteLiteral(schema)}, 0))::text as locked`,
);

/** Which day partitions of the history exist, and whether their day is over; the default partition is not among them. */
export const listPartitions = statement<readonly [], { readonly name: string; readonly expired: boolean }>(
  'list-partitions',
  ({ schema }) => `
select c.relname as name,
  to_date(right(c.relname, 8), 'YYYYMMDD') + 1 <= (${schema}.clock() at time zone 'UTC')::date as expired
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = ${quoteLiteral(`${schema}.job_history`)}::regclass and c.relname ~ '^job_history_[0-9]{8}$'`,
);

/** The days, as YYYYMMDD in UTC, from today on, for which partitions must be there. */
export const upcomingDays = statement<readonly [days: number], { readonly day: string }>(
  'upcoming-days',
  ({ schema }) => `
select to_char(((${schema}.clock() at time zone 'UTC')::date + n)::timestamp, 'YYYYMMDD') as day
from generate_series(0, $1::int) as n order by n`,
);

/**
 * Makes the partition of one day. What lies in the default partition for that day is moved over in the same transaction:
 * PostgreSQL refuses the new partition otherwise. Not a statement with parameters, because DDL takes none.
 */
export function makePartition(schema: string, day: string): readonly string[] {
  if (!/^\d{8}$/.test(day)) throw new RangeError(`not a day: ${day}`);
  const from = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)} 00:00:00+00`;
  // Hours, because in a session's own time zone a day may have 23 of them.
  const to = `timestamptz '${from}' + interval '24 hours'`;
  const range = `prune_at >= timestamptz '${from}' and prune_at < ${to}`;
  const partition = `${schema}.job_history_${day}`;
  return [
    // Taken first: a row that is inserted between the move and the attachment would make the attachment fail.
    `lock table ${schema}.job_history_default in access exclusive mode`,
    `create table if not exists ${partition} (like ${schema}.job_history including defaults including constraints)`,
    `with moved as (delete from ${schema}.job_history_default where ${range} returning *) insert into ${partition} select * from moved`,
    `alter table ${schema}.job_history attach partition ${partition}
      for values from ('${from}') to (${to})`,
  ];
}

/** Drops the partition of a day that is over, with all that retention no longer keeps. */
export function dropPartition(schema: string, name: string): readonly string[] {
  if (!/^job_history_\d{8}$/.test(name)) throw new RangeError(`not a partition of the history: ${name}`);
  return [`drop table if exists ${schema}.${name}`];
}
