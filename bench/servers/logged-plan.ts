import type pg from 'pg';
import { reload } from './reload.js';
import { statementName } from './statement-cost.js';

/** How a PostgreSQL server carried out one call of a statement, as auto_explain wrote it down. */
export interface LoggedPlan {
  readonly statement: string;
  readonly milliseconds: number;
  /** Lines of text, with the rows and pages of each node. */
  readonly plan: string;
}

/** What a server must be started with, for its log to be read from it. Nothing is logged before `setPlanLog`. */
export const PLAN_LOG_SETTINGS = {
  shared_preload_libraries: 'pg_stat_statements,auto_explain',
  logging_collector: 'on',
  log_destination: 'jsonlog',
} as const;

/** Without the time of each node, which would cost more than the nodes. */
const EXPLAIN = {
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_wal': 'on',
  'auto_explain.log_timing': 'off',
} as const;

/** One line of the log; of a session's, with its database. */
interface LogLine {
  readonly dbname?: string;
  readonly message?: string;
}

/** Has all sessions log the plan of each statement, or no longer. */
export async function setPlanLog(admin: pg.Client, on: boolean): Promise<void> {
  for (const [name, value] of Object.entries(EXPLAIN))
    await admin.query(on ? `alter system set ${name} = '${value}'` : `alter system reset ${name}`);
  await reload(admin);
}

export async function loggedPlans(admin: pg.Client, database: string): Promise<readonly LoggedPlan[]> {
  const { rows } = await admin.query<{ log: string }>(`select pg_read_file(pg_current_logfile('jsonlog')) as log`);
  return readPlans(rows[0]?.log ?? '', database);
}

export function readPlans(log: string, database: string): LoggedPlan[] {
  return log
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as LogLine)
    .flatMap(({ dbname, message = '' }) => {
      const [, milliseconds, query = '', plan = ''] = ENTRY.exec(message) ?? [];
      if (dbname !== database || milliseconds === undefined) return [];
      return [{ statement: statementName(query), milliseconds: Number(milliseconds), plan: plan.trimEnd() }];
    });
}

/** The text of the statement, its parameters, and the plan, whose first line is the first that tells of a cost. */
const ENTRY =
  /^duration: ([\d.]+) ms {2}plan:\nQuery Text: ([\s\S]*?)\n(?:Query Parameters: .*\n)?(\S[^\n]* {2}\(cost=[\s\S]*)$/;
