import { DefinitionError } from '../core/errors.js';
import type { RunState } from '../core/run-state.js';
import { isRunOver, RUN_STATES } from '../core/run-state.js';
import type { Database } from '../repositories/database.js';
import type { RunListFilter } from '../repositories/sql/list-runs.js';
import { listRuns } from '../repositories/sql/list-runs.js';
import type { PageOptions } from './page-options.js';
import { checkedPage } from './page-options.js';
import type { RunStatus } from './run-status.js';
import { runStatus } from './run-status.js';

/** Which runs are meant; every condition given must hold. */
export interface RunFilter {
  readonly state?: RunState;
  readonly states?: readonly RunState[];
  /** True: every state that is not final. */
  readonly unfinished?: boolean;
  /** The definition of a pipeline, in any version, or its name. */
  readonly pipeline?: string | { readonly name: string };
  readonly version?: string;
  readonly tag?: string;
  readonly createdBefore?: Date;
  readonly createdAfter?: Date;
}

/** A page of runs, newest first. */
export interface RunPage {
  readonly runs: readonly RunStatus[];
  /** Where the next page begins; null after the last. */
  readonly next: string | null;
}

const ALL_STATES = Object.keys(RUN_STATES) as RunState[];
const UNFINISHED = ALL_STATES.filter((state) => !isRunOver(state));

/** Finds runs by what they are. @throws DefinitionError `OPTION_INVALID` */
export async function findRuns(database: Database, filter: RunFilter, page: PageOptions): Promise<RunPage> {
  const { limit, after } = checkedPage(page);
  const { statement, conditions } = listRuns(listFilter(filter));
  const rows = await database.run(statement, [limit + 1, after, ...conditions]);
  const runs = rows.slice(0, limit).map(runStatus);
  return { runs, next: rows.length > limit ? (runs.at(-1)?.id ?? null) : null };
}

function listFilter({ pipeline, version, tag, createdBefore, createdAfter, ...filter }: RunFilter): RunListFilter {
  const states = wantedStates(filter);
  return {
    ...(states ? { states } : {}),
    ...(pipeline !== undefined ? { name: typeof pipeline === 'string' ? pipeline : pipeline.name } : {}),
    ...(version !== undefined ? { version } : {}),
    ...(tag !== undefined ? { tag } : {}),
    ...(createdBefore ? { createdBefore: createdBefore.getTime() } : {}),
    ...(createdAfter ? { createdAfter: createdAfter.getTime() } : {}),
  };
}

function wantedStates({ state, states, unfinished }: RunFilter): readonly RunState[] | undefined {
  const wanted = state ? [state] : (states ?? (unfinished ? UNFINISHED : undefined));
  const unknown = wanted?.find((each) => !Object.hasOwn(RUN_STATES, each));
  if (unknown === undefined) return wanted;
  throw new DefinitionError('OPTION_INVALID', `"${unknown}" is no state of a run; there are ${ALL_STATES.join(', ')}.`);
}
