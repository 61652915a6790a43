/** What a failed statement means for whoever ran it. */
export type SqlFailure =
  /** The connection is gone, or the server is not taking work: reconnect, then try again. The statement may have run. */
  | 'connection'
  /** Two transactions were in each other's way: try again. */
  | 'conflict'
  /** The worker of a claim has been removed: register anew. */
  | 'worker-removed'
  /** PostgreSQL cannot store a value; trying again is pointless. */
  | 'data'
  /** Tables or columns are not there: the schema is of another version. */
  | 'schema'
  /** The role may not do that. */
  | 'forbidden'
  /** A pooler gave the statement to a session that has not prepared it, or has prepared another; it has not run. */
  | 'unprepared'
  /** A unique index has the key already. */
  | 'duplicate'
  | 'other';

/** Among them: read-only, and ended by a timeout of the session. */
const CONNECTION_CODES = new Set(['25006', '25P03', '57P01', '57P02', '57P03', '53300', '53400', '53100', '53200']);
const NODE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
  'ENOENT',
]);
const CONFLICT_CODES = new Set(['40001', '40P01', '55P03', '57014']);
const SCHEMA_CODES = new Set(['42P01', '42703', '42883', '3F000']);
/** What pg and TypeORM throw, without a code, when a connection breaks under them. */
const LOST =
  /connection (terminated|ended|is closed)|client has encountered a connection error|timeout exceeded when trying to connect|not queryable|already released|driver not connected/i;

/** The only place that knows SQLSTATEs. */
export function sqlFailure(error: unknown): SqlFailure {
  const code = codeOf(error);
  if (code === undefined) return error instanceof Error && LOST.test(error.message) ? 'connection' : 'other';
  if (code.startsWith('08') || CONNECTION_CODES.has(code) || NODE_CODES.has(code)) return 'connection';
  if (CONFLICT_CODES.has(code)) return 'conflict';
  if (code === '23503' && constraintOf(error) === 'claim_worker') return 'worker-removed';
  // A row was on its way to the default partition when the partition of its day was attached.
  if (code === '23514' && constraintOf(error) === undefined) return 'conflict';
  if (code.startsWith('22') || code === '23514') return 'data';
  if (code === '23505') return 'duplicate';
  if (code === '42501') return 'forbidden';
  if (code === '26000' || code === '42P05') return 'unprepared';
  return SCHEMA_CODES.has(code) ? 'schema' : 'other';
}

function codeOf(error: unknown): string | undefined {
  const { code, driverError, errors } = (error ?? {}) as Coded & { driverError?: Coded; errors?: readonly Coded[] };
  const found = code ?? driverError?.code ?? errors?.[0]?.code;
  return typeof found === 'string' ? found : undefined;
}

/** TypeORM wraps what pg throws; Node puts the failures of several addresses into an AggregateError. */
interface Coded {
  readonly code?: unknown;
  readonly constraint?: string;
}

function constraintOf(error: unknown): string | undefined {
  const { constraint, driverError } = error as Coded & { driverError?: Coded };
  return constraint ?? driverError?.constraint;
}
