import { quoteLiteral, statement, type Statement } from '../statement.js';

/** One at a time makes and drops partitions of a schema; the others wait until its transaction ends. */
export const lockPartitions = turnAtPartitions('lock-partitions', (key) => `true from pg_advisory_xact_lock(${key})`);

/** The same for those who would rather come again than wait: `locked` is false while another is at it. */
export const tryLockPartitions = turnAtPartitions('try-lock-partitions', (key) => `pg_try_advisory_xact_lock(${key})`);

function turnAtPartitions(
  name: string,
  locked: (key: string) => string,
): Statement<readonly [], { readonly locked: boolean }> {
  return statement(name, ({ schema }) => {
    const key = `hashtextextended('rowlock:partitions:' || ${quoteLiteral(schema)}, 0)`;
    return `select locked from (select ${locked(key)}) as turn(locked)`;
  });
}

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

/** Whether the default partition holds rows of a day. */
export function findStrayRows(schema: string, day: string): string {
  return `select exists (select from ${schema}.job_history_default where ${rangeOf(day).condition}) as found`;
}

/**
 * Makes the partition of one day. Not a statement with parameters, because DDL takes none.
 *
 * Rows of that day in the default partition are moved over in the same transaction: PostgreSQL refuses the new partition
 * otherwise. That takes the strongest lock of the whole history: a reader that has listed the partitions, and waits for
 * one of them, would otherwise see the rows in neither. Without rows to move, an attachment lets finishes go on.
 */
export function makePartition(schema: string, day: string, moves: boolean): readonly string[] {
  const { from, to, condition } = rangeOf(day);
  const partition = `${schema}.job_history_${day}`;
  const move = `with moved as (delete from ${schema}.job_history_default where ${condition} returning *)
    insert into ${partition} select * from moved`;
  return [
    // First the parent, as readers take them; `only`, because those other partitions are not touched.
    ...(moves ? [`lock table only ${schema}.job_history in access exclusive mode`] : []),
    // A row that came in after the move would make the attachment fail.
    `lock table ${schema}.job_history_default in access exclusive mode`,
    `create table if not exists ${partition} (like ${schema}.job_history including defaults including constraints)`,
    ...(moves ? [move] : []),
    `alter table ${schema}.job_history attach partition ${partition} for values from (${from}) to (${to})`,
  ];
}

/** A day in UTC, as SQL bounds it. */
function rangeOf(day: string): { readonly from: string; readonly to: string; readonly condition: string } {
  if (!/^\d{8}$/.test(day)) throw new RangeError(`not a day: ${day}`);
  const from = `timestamptz '${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)} 00:00:00+00'`;
  // Hours, because in a session's own time zone a day may have 23 of them.
  const to = `${from} + interval '24 hours'`;
  return { from, to, condition: `prune_at >= ${from} and prune_at < ${to}` };
}

/** Drops the partition of a day that is over, with all that retention no longer keeps. */
export function dropPartition(schema: string, name: string): readonly string[] {
  if (!/^job_history_\d{8}$/.test(name)) throw new RangeError(`not a partition of the history: ${name}`);
  return [`drop table if exists ${schema}.${name}`];
}
