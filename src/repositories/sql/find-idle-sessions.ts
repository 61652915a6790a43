import { statement } from '../statement.js';

/**
 * Those of the server's processes that are not at work on a statement, or are gone. Of sessions of another role the state is
 * not told: they count as at work.
 */
export const findIdleSessions = statement<readonly [pids: readonly number[]], { readonly pid: number }>(
  'find-idle-sessions',
  () => `
select asked.pid from unnest($1::int[]) as asked(pid)
where not exists (select from pg_stat_activity a
  where a.pid = asked.pid and coalesce(a.state not in ('idle', 'idle in transaction', 'idle in transaction (aborted)'), true))`,
);
