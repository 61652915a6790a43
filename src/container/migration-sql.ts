import { Ledger } from '../../migrations/ledger.js';
import type { SchemaChange } from '../../migrations/released.js';
import { released } from '../../migrations/released.js';
import { DefinitionError } from '../core/errors.js';
import { recordStatements } from './statement-recorder.js';

/** From which migration to which: names, or the 13 digits at their end. */
export interface SqlRange {
  /** What the schema has had already. Default: nothing. */
  readonly from?: string;
  /** What it shall have had. Default: everything. Before `from`, the way leads down. `'0'` is before the first. */
  readonly to?: string;
}

/** The statements that lead from one migration to another, the ledger's among them, without a database. */
export async function migrationSql(schema: string, { from = '0', to }: SqlRange): Promise<readonly string[]> {
  const start = position(from, 'from');
  const end = to === undefined ? released.length : position(to, 'to');
  const ledger = new Ledger(schema);
  if (end < start) {
    const steps = released
      .slice(end, start)
      .toReversed()
      .map((change) => goDown(change, schema, ledger));
    return [...(await Promise.all(steps)).flat(), ...(end === 0 ? [ledger.ending()] : [])];
  }
  const steps = released.slice(start, end).map((change) => goUp(change, schema, ledger));
  return [...(start === 0 && end > 0 ? ledger.preparation() : []), ...(await Promise.all(steps)).flat()];
}

async function goUp(change: SchemaChange, schema: string, ledger: Ledger): Promise<readonly string[]> {
  const statements = await recordStatements((runner) => inSchema(change, schema).up(runner));
  return [...statements, ledger.recording(change.name)];
}

async function goDown(change: SchemaChange, schema: string, ledger: Ledger): Promise<readonly string[]> {
  const statements = await recordStatements((runner) => inSchema(change, schema).down(runner));
  return [...statements, ledger.forgetting(change.name)];
}

function inSchema(change: SchemaChange, schema: string): InstanceType<SchemaChange> {
  return Object.assign(new change(), { schema });
}

/** How many migrations a schema has had by then. */
function position(migration: string, option: 'from' | 'to'): number {
  if (migration === '0') return 0;
  const index = released.findIndex(({ name }) => name === migration || name.slice(-13) === migration);
  if (index >= 0) return index + 1;
  const known = ['0', ...released.map(({ name }) => name)].join(', ');
  throw new DefinitionError(
    'OPTION_INVALID',
    `Option ${option} names no migration: "${migration}". There are: ${known}.`,
  );
}
