import type { Migrator } from '../container/migrator.js';
import { RowlockError } from '../core/errors.js';
import type { Worker } from '../worker/worker.js';
import type { ProbeResult, ProbeServerOptions } from './probe-server.js';

/** Longer than any pause that the claim loop makes on purpose. */
const STUCK_MS = 60_000;
/** Probes that come within this time of each other are answered by one look at the database. */
const FRESH_MS = 1_000;
/** What a prober waits for at most, roughly: a database that does not answer by then is away. */
const PATIENCE_MS = 3_000;

type Look = { readonly database: 'ok' } | { readonly database: 'failed'; readonly code: string };

/**
 * The probes of a worker. It is ready if the database answers, has the right schema, and the worker is claiming, whether
 * there are jobs or not. It is alive unless its claim loop stands still though the database answers and there is room for
 * jobs: a database that is away is no reason to kill a worker that waits for it, and neither are handlers that take long.
 */
export class WorkerProbes implements Pick<ProbeServerOptions, 'livez' | 'readyz'> {
  #look: Promise<Look> | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** @param concurrency the most jobs that the worker runs at once */
  constructor(
    private readonly worker: Pick<Worker, 'state' | 'health'>,
    private readonly migrator: Pick<Migrator, 'check'>,
    private readonly concurrency: number,
  ) {}

  readonly livez = async (): Promise<ProbeResult> => {
    const { state, running, waiting, sinceClaimMs } = this.worker.health();
    const detail = { state, running, waiting, since_claim_ms: Math.round(sinceClaimMs) };
    const isQuiet = state === 'running' && running < this.concurrency && sinceClaimMs > STUCK_MS;
    return { ok: !isQuiet || (await this.#database()).database === 'failed', detail };
  };

  readonly readyz = async (): Promise<ProbeResult> => {
    const look = await this.#database();
    const { state, running, waiting, listening } = this.worker.health();
    return {
      ok: state === 'running' && look.database === 'ok',
      detail: { state, running, waiting, listening, ...look },
    };
  };

  /** On a connection of its own: that handlers use up the pool does not mean that the database is away. */
  #database(): Promise<Look> {
    if (this.#look && performance.now() - this.#lookedAt < FRESH_MS) return this.#look;
    this.#lookedAt = performance.now();
    this.#look = inTime(
      this.migrator.check().then(
        () => ({ database: 'ok' }),
        (error: unknown) => ({ database: 'failed', code: error instanceof RowlockError ? error.code : 'UNKNOWN' }),
      ),
    );
    return this.#look;
  }
}

async function inTime(look: Promise<Look>): Promise<Look> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Look>((resolve) => {
    timer = setTimeout(() => resolve({ database: 'failed', code: 'DATABASE_UNREACHABLE' }), PATIENCE_MS);
  });
  return Promise.race([look, late]).finally(() => clearTimeout(timer));
}
