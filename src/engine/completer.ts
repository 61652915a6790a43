import { attemptError } from '../core/attempt-error.js';
import type { Session } from '../repositories/session.js';
import { findOutcomes } from '../repositories/sql/find-outcomes.js';
import type { ReleasedRow } from '../repositories/sql/pass-lock-keys.js';
import { sqlFailure } from '../repositories/sql-errors.js';
import type { Telemetry } from '../telemetry/events.js';
import type { Attempt } from './attempt.js';
import type { Ending } from './ending.js';
import { emitEndings } from './emit-endings.js';
import type { JobTaker } from './job-taker.js';
import type { Settlement, Settler } from './settler.js';

export interface CompleterParts {
  readonly sessions: readonly Session[];
  readonly settler: Settler;
  readonly telemetry: Telemetry;
  /** Called after each commit with the jobs that became available by it. */
  readonly onReleased: (released: readonly ReleasedRow[]) => void;
  /** Who runs the jobs that follow, at this moment. */
  readonly taker: () => JobTaker | null;
  /** Called when it is not known whether jobs were handed to the taker. */
  readonly onDoubt: () => void;
}

interface Waiting {
  readonly ending: Ending;
  readonly onSettled: (attempt: Attempt) => void;
}

interface Advanced {
  readonly stored: ReadonlySet<Ending>;
  /** Whether more may be stored: the answer was lost with the connection. */
  readonly inDoubt: boolean;
}

const BATCH = 500;
/** So many wait for the group that is being stored: another session stores them meanwhile. Fewer had better share a commit. */
const WORTH_A_SESSION = 400;
/** Results may be a mebibyte each: a statement carries so many characters of them at most. */
const BATCH_CHARACTERS = 4_000_000;
const RETRY_MS = { first: 50, last: 5_000 };

/**
 * Stores outcomes in groups: while groups are being committed the next collects, so a busy worker pays for a commit
 * once in hundreds of jobs and an idle one does not wait at all. Sessions take turns: while the database stores one group,
 * what follows from another is computed here. An outcome is held, and its attempt's lease kept, until
 * the database has answered; a database that is away is asked again for as long as it takes.
 */
export class Completer {
  #waiting: Waiting[] = [];
  readonly #idle: Session[];
  #flushing = 0;

  constructor(private readonly parts: CompleterParts) {
    this.#idle = parts.sessions.toReversed(); // taken from the end: the first is used first
  }

  /** @param onSettled called when the outcome is stored, or known to be refused; not a promise, which each job would pay for */
  add(ending: Ending, onSettled: (attempt: Attempt) => void): void {
    this.#waiting.push({ ending, onSettled });
    if (this.#flushing > 0 && this.#waiting.length < WORTH_A_SESSION) return;
    const session = this.#idle.pop();
    if (session) void (this.#flushing > 0 ? this.#join(session) : this.#flush(session));
  }

  /** A session that joins takes nothing before it has a connection: the pool may have none to spare. */
  async #join(session: Session): Promise<void> {
    try {
      await session.open();
    } catch {
      this.#idle.push(session);
      return;
    }
    await this.#flush(session);
  }

  async #flush(session: Session): Promise<void> {
    this.#flushing++;
    await nextTurn(); // what ends in the same turn of the event loop shares the commit
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, batchSize(this.#waiting));
      const endings = group.map(({ ending }) => ending);
      const { stored, inDoubt } = await this.#advance(session, endings);
      const rest = stored.size > 0 ? endings.filter((ending) => !stored.has(ending)) : endings;
      for (const part of rest.length > 0 ? this.parts.settler.apart(rest) : [])
        this.#tell(await this.#persist(session, part, inDoubt));
      for (const { ending, onSettled } of group) onSettled(ending.attempt);
    }
    this.#flushing--;
    this.#idle.push(session);
  }

  /** What one statement can store. What it cannot, or what fails, is stored the long way, and its failures told there. */
  async #advance(session: Session, endings: readonly Ending[]): Promise<Advanced> {
    const { settler, telemetry, taker, onDoubt } = this.parts;
    try {
      const accepted = await settler.advance(session, endings, taker());
      emitEndings(telemetry, { accepted, lost: [] });
      return { stored: new Set(accepted), inDoubt: false };
    } catch (error) {
      const failure = sqlFailure(error);
      const inDoubt = failure === 'connection';
      if (inDoubt) onDoubt();
      else if (failure !== 'conflict') telemetry.emit('error', { where: 'advancing runs', error });
      return { stored: new Set(), inDoubt };
    }
  }

  #tell(settlement: Settlement): void {
    settlement.committed();
    emitEndings(this.parts.telemetry, settlement);
    if (settlement.released.length > 0) this.parts.onReleased(settlement.released);
  }

  /** Tries until it is known what became of each ending. */
  async #persist(session: Session, endings: readonly Ending[], inDoubt = false): Promise<Settlement> {
    for (let pause = RETRY_MS.first; ; pause = Math.min(pause * 2, RETRY_MS.last)) {
      try {
        const settlement = await this.#settle(session, endings);
        const isFirst = pause === RETRY_MS.first && !inDoubt;
        return isFirst ? settlement : await this.#withEarlierCommit(session, settlement);
      } catch (error) {
        const failure = sqlFailure(error);
        if (failure !== 'connection' && failure !== 'conflict') return this.#persistOneByOne(session, endings, error);
        this.parts.telemetry.emit('error', { where: 'storing outcomes', error, retryInMs: pause });
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  #settle(session: Session, endings: readonly Ending[]): Promise<Settlement> {
    if (!this.parts.settler.needsTransaction(endings)) return this.parts.settler.settle(session, endings);
    return session.transaction((tx) => this.parts.settler.settle(tx, endings));
  }

  /** The connection may have broken after the commit: what is in the history under our token was not lost but stored. */
  async #withEarlierCommit(session: Session, settlement: Settlement): Promise<Settlement> {
    if (settlement.lost.length === 0) return settlement;
    const rows = await session.run(findOutcomes, [settlement.lost.map(({ attempt }) => attempt.id)]).catch(() => []);
    const tokens = new Map(rows.map(({ id, token }) => [id, token]));
    const stored = settlement.lost.filter(({ attempt }) => tokens.get(attempt.id) === attempt.token);
    return {
      ...settlement,
      accepted: [...settlement.accepted, ...stored],
      lost: settlement.lost.filter((ending) => !stored.includes(ending)),
    };
  }

  /** One ending that the database will not have must not keep the others from being stored. */
  async #persistOneByOne(session: Session, endings: readonly Ending[], error: unknown): Promise<Settlement> {
    const [only] = endings;
    if (endings.length === 1 && only) return this.#discardInstead(session, only, error);
    const settlements: Settlement[] = [];
    for (const ending of endings) settlements.push(await this.#persist(session, [ending]));
    return {
      accepted: settlements.flatMap(({ accepted }) => accepted),
      lost: settlements.flatMap(({ lost }) => lost),
      released: settlements.flatMap(({ released }) => released),
      committed: () => settlements.forEach(({ committed }) => committed()),
    };
  }

  /** A job never stays stuck because its outcome cannot be stored: the reason is stored instead. */
  async #discardInstead(session: Session, ending: Ending, error: unknown): Promise<Settlement> {
    this.parts.telemetry.emit('error', { where: `storing the outcome of job ${ending.attempt.id}`, error });
    if (ending.outcome.verb === 'discard')
      return { accepted: [], lost: [ending], released: [], committed: () => undefined };
    const reason = new Error(
      `The outcome could not be stored: ${error instanceof Error ? error.message : String(error)}`,
    );
    const outcome = { verb: 'discard', error: attemptError(reason, ending.attempt.row.attempt) } as const;
    return this.#persist(session, [{ attempt: ending.attempt, outcome }]);
  }
}

/** Handlers that wait for nothing end one after the other in microtasks, hundreds in a turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function batchSize(waiting: readonly Waiting[]): number {
  let characters = 0;
  for (let size = 0; size < Math.min(waiting.length, BATCH); size++) {
    const outcome = waiting[size]?.ending.outcome;
    characters += outcome?.verb === 'complete' ? outcome.result.length : 0;
    if (characters > BATCH_CHARACTERS) return Math.max(1, size);
  }
  return Math.min(waiting.length, BATCH);
}
