import type { StoredResultOf } from '../../src/index.js';
import type { ScrapePage } from '../../handlers/index.js';

/** A page that the crawl asks for, and how that goes. */
export interface Visit {
  readonly url: string;
  /** Of its pipeline run. */
  readonly runId: string;
  /** The fewest links from the first page to here, as far as is known. */
  depth: number;
  /** When its first fetch began, on the clock of `performance.now()`. */
  startedAt: number | null;
  /** Milliseconds from there to its end. */
  ms: number;
  /** What was read from it. */
  page: StoredResultOf<ScrapePage> | null;
  /** The address under which it was stored; null: it was not. */
  storedAs: string | null;
  /** Why it was not. */
  failure: string | null;
  /** Images that could not be processed: their addresses, and why. */
  readonly leftOut: { readonly url: string; readonly reason: string }[];
}
