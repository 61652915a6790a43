import type { Audit, Section, Transition, Visit } from '../support/audit.js';
import { checkAll, checkSections, finalStates } from '../support/history-checker.js';
import type { Rowlock } from '../support/rowlock.js';
import { runViolations } from '../support/run-violations.js';
import type { SoakProducer } from './soak-producer.js';

/** What a soak has left behind. */
export interface SoakHistory {
  readonly transitions: readonly Transition[];
  readonly visits: readonly Visit[];
  readonly sections: readonly Section[];
}

/** What must be nothing. */
export interface SoakVerdict {
  /** Jobs that were acknowledged and did not end. */
  readonly lost: readonly string[];
  /** Jobs that ended more than once. */
  readonly finishedTwice: readonly string[];
  /** Whatever else is against the rules, one line each. */
  readonly violations: readonly string[];
}

export async function readHistory(audit: Audit): Promise<SoakHistory> {
  return { transitions: await audit.transitions(), visits: await audit.visits(), sections: await audit.sections() };
}

/** To be asked when everything is over and every worker has gone. */
export async function judge(
  rowlock: Rowlock,
  audit: Audit,
  producer: SoakProducer,
  history: SoakHistory,
): Promise<SoakVerdict> {
  const finals = finalStates(history.transitions);
  const violations = [
    ...checkAll(history.transitions, history.visits),
    ...checkSections(history.sections),
    ...(await tornTransactions(rowlock, producer)),
    ...(await openRuns(rowlock, producer)),
    ...(await audit.ledgerViolations('booked')),
    ...(await runViolations(rowlock.database)),
    ...leftovers(await audit.remains()),
  ];
  return {
    lost: [...producer.acknowledged].filter((id) => !finals.has(id)),
    finishedTwice: [...finals].filter(([, states]) => states.length > 1).map(([id]) => id),
    violations,
  };
}

/** Transactions of which a part is there: of those rolled back any, of those in doubt some and not all. */
async function tornTransactions(rowlock: Rowlock, producer: SoakProducer): Promise<readonly string[]> {
  const { rolledBack, inDoubt, bulksInDoubt, bulkSize } = producer;
  const present = new Set(
    (await rowlock.query<{ id: string }>('select id from $s.jobs where run_id is null')).map(({ id }) => id),
  );
  const bulks = await rowlock.query<{ tag: string; count: number }>(
    'select tags[1] as tag, count(*)::int from $s.jobs where tags[1] = any($1) group by 1',
    [bulksInDoubt],
  );
  return [
    ...[...rolledBack].filter((id) => present.has(id)).map((id) => `job ${id} was rolled back, and is there`),
    ...inDoubt.flatMap((ids) => {
      const there = ids.filter((id) => present.has(id)).length;
      return there === 0 || there === ids.length
        ? []
        : [`of the transaction of jobs ${ids.join(', ')} ${there} are there`];
    }),
    ...bulks
      .filter(({ count }) => count !== bulkSize)
      .map(({ tag, count }) => `of ${bulkSize} jobs that were enqueued together as "${tag}" ${count} are there`),
  ];
}

async function openRuns(rowlock: Rowlock, { runs }: SoakProducer): Promise<readonly string[]> {
  const over = await rowlock.query<{ id: string }>('select id from $s.pipeline_run where finished_at is not null');
  const ids = new Set(over.map(({ id }) => id));
  return [...runs].filter((id) => !ids.has(id)).map((id) => `run ${id} was started, and is not over`);
}

/** A lock whose holder died stays until somebody wants it; whether anything is wrong with it, the invariants say. */
function leftovers({ lock: _, ...remains }: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(remains).flatMap(([table, rows]) =>
    rows === 0 ? [] : [`${rows} rows are left in ${table}, though everything is over`],
  );
}
