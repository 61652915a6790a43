import { v7 as uuid } from 'uuid';
import { ingestPage, type ImageRef, type ScrapePage } from '../../handlers/index.js';
import {
  RowlockError,
  type AttemptFacts,
  type Events,
  type JobFacts,
  type Jobs,
  type StoredResultOf,
  type Telemetry,
} from '../../src/index.js';
import type { CrawlProgress } from './crawl-progress.js';
import type { Visit } from './visit.js';

/** How far a crawl goes. */
export interface CrawlLimits {
  /** Links from the first page. */
  readonly depth: number;
  readonly maxPages: number;
}

/**
 * Crawls one host: each page is a run of `ingestPage`, and the links of a page start further runs as soon as it is
 * scraped. All runs are started at once; how many jobs work at a time is for the worker to say. What happens is learnt
 * from the events of the worker in this process, so that a crawl of thousands of pages asks the database nothing.
 */
export class Crawl {
  readonly #visits = new Map<string, Visit>();
  readonly #byRun = new Map<string, Visit>();
  readonly #retrying = new Set<string>();
  readonly #counts = { page: 0, images: 0, stored: 0, imagesFound: 0, failed: 0 };
  #host: string | null = null;
  #open = 0;
  #finish: () => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;

  constructor(
    private readonly jobs: Jobs,
    private readonly telemetry: Telemetry,
    private readonly limits: CrawlLimits,
  ) {}

  get progress(): CrawlProgress {
    const { page, images, stored, imagesFound, failed } = this.#counts;
    const total = this.#visits.size;
    return {
      page: { done: page, total },
      images: { done: images, total: imagesFound },
      stored: { done: stored, total },
      retrying: this.#retrying.size,
      failed,
    };
  }

  /** The ids of the runs that are not over. */
  get unfinished(): readonly string[] {
    return [...this.#byRun.values()].filter((visit) => !isOver(visit)).map(({ runId }) => runId);
  }

  /**
   * @returns every page that was asked for, in the order in which they were found; those that failed, too
   * @throws the signal's reason if it aborts; the runs go on
   */
  async run(start: string, signal: AbortSignal): Promise<readonly Visit[]> {
    const unsubscribe = [
      this.telemetry.on('job.start', (job) => this.#started(job)),
      this.telemetry.on('job.complete', (job) => this.#completed(job)),
      this.telemetry.on('job.retry', ({ id }) => void this.#retrying.add(id)),
      this.telemetry.on('job.discard', (job) => this.#discarded(job)),
    ];
    const stop = (): void => this.#fail(signal.reason);
    try {
      await new Promise<void>((resolve, reject) => {
        [this.#finish, this.#fail] = [resolve, reject];
        if (signal.aborted) stop();
        signal.addEventListener('abort', stop);
        this.#visit(start, 0);
      });
      return [...this.#visits.values()];
    } finally {
      signal.removeEventListener('abort', stop);
      for (const off of unsubscribe) off();
    }
  }

  #visit(url: string, depth: number): void {
    const known = this.#visits.get(url);
    if (known) return this.#shorten(known, depth);
    if (this.#visits.size >= this.limits.maxPages) return;
    // The id is ours, because a job of the run may begin before we are told that the run has.
    const found = { url, runId: uuid(), depth, startedAt: null, ms: 0, page: null, storedAs: null, failure: null };
    const visit: Visit = { ...found, leftOut: [] };
    this.#visits.set(url, visit);
    this.#byRun.set(visit.runId, visit);
    this.#track(this.#ingest(visit));
  }

  /** A shorter way to a known page: what it links to is nearer, too. */
  #shorten(visit: Visit, depth: number): void {
    if (depth >= visit.depth) return;
    visit.depth = depth;
    this.#follow(visit);
  }

  async #ingest(visit: Visit): Promise<void> {
    try {
      const run = await this.jobs.start(ingestPage, { url: visit.url }, { id: visit.runId });
      const { url } = await run.result();
      visit.storedAs = url;
    } catch (error) {
      // Of the run, or of an address that is none. Anything else is a failure of ours, and ends the crawl.
      if (!(error instanceof RowlockError)) throw error;
      visit.failure ??= error.message;
      this.#counts.failed++;
      if (!visit.page) this.#counts.page++;
    }
    if (visit.startedAt !== null) visit.ms = performance.now() - visit.startedAt;
    this.#counts.stored++;
  }

  #started({ id, runId }: JobFacts): void {
    this.#retrying.delete(id);
    const visit = this.#visitOf(runId);
    if (visit) visit.startedAt ??= performance.now();
  }

  #completed({ id, runId, step }: AttemptFacts): void {
    const visit = this.#visitOf(runId);
    if (visit && step === 'page') this.#track(this.#read(visit, id));
    if (visit && step === 'images') this.#counts.images++;
  }

  #discarded({ id, runId, step, error }: Events['job.discard']): void {
    this.#retrying.delete(id);
    const visit = this.#visitOf(runId);
    if (!visit) return;
    if (step !== 'images') return void (visit.failure = error.message);
    this.#counts.images++;
    this.#counts.failed++;
    this.#track(this.#leaveOut(visit, id, error.message));
  }

  async #read(visit: Visit, jobId: string): Promise<void> {
    visit.page = await this.jobs.handle<StoredResultOf<ScrapePage>>(jobId).result();
    // A site that sends us from example.com to www.example.com is meant to be crawled there.
    this.#host ??= new URL(visit.page.url).host;
    this.#counts.page++;
    this.#counts.imagesFound += visit.page.images.length;
    this.#follow(visit);
  }

  #follow({ page, depth }: Visit): void {
    if (depth >= this.limits.depth) return;
    for (const { url, nofollow } of page?.links ?? []) {
      if (!nofollow && new URL(url).host === this.#host) this.#visit(url, depth + 1);
    }
  }

  async #leaveOut(visit: Visit, jobId: string, reason: string): Promise<void> {
    const job = await this.jobs.get(jobId);
    visit.leftOut.push({ url: (job?.payload as ImageRef | undefined)?.url ?? 'an image', reason });
  }

  #visitOf(runId: string | null): Visit | undefined {
    return runId === null ? undefined : this.#byRun.get(runId);
  }

  /** The crawl is over when nothing that was begun is open. */
  #track(work: Promise<void>): void {
    this.#open++;
    work.then(
      () => --this.#open === 0 && this.#finish(),
      (error: unknown) => this.#fail(error),
    );
  }
}

function isOver({ storedAs, failure }: Visit): boolean {
  return storedAs !== null || failure !== null;
}
