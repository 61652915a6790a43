/** A statement as `pg` takes it; `name` makes it a prepared statement of the connection. */
export interface Query {
  name?: string;
  text: string;
  values: unknown[];
}

/** What a producer hands over. */
export interface JobDraft {
  id: string;
  queue: string;
  priority: number;
  name: string;
  payload: string;
}

export interface ClaimRequest {
  queue: string;
  /** Lower bound on `seq` for each priority 0..9; 0 means "from the start". */
  floors: readonly number[];
  /** Upper bound, exclusive. */
  ceilings: readonly number[];
  limit: number;
  workerId: string;
}

/** One row of a claim's answer. */
export interface ClaimedJob {
  id: string;
  token: string;
  priority: number;
  seq: string;
  name: string;
  payload: unknown;
  attempt: number;
}

export interface FinishBatch {
  ids: string[];
  tokens: string[];
  results: string[];
  /** Tokens whose last job this batch finishes. */
  spentTokens: string[];
}

/** One way of storing jobs. All of them answer the same verbs, so one runner measures them all. */
export interface Layout {
  readonly name: string;
  readonly schema: string;
  /** Creates the tables; run with `search_path` set to the layout's schema. */
  define(): string;
  enqueue(jobs: readonly JobDraft[]): Query;
  claim(request: ClaimRequest): Query;
  finish(batch: FinishBatch): Query;
  /** Moves at most `limit` due jobs to the ready ones. */
  promote(limit: number): Query;
  /** Frees every job that a dead worker holds. */
  rescue(workerId: string): Query;
  /** Loads `count` ready jobs on the server's side. */
  fillReady(count: number): string;
  /** Loads `count` jobs that are due in the future, the first `due` of them now. */
  fillScheduled(count: number, due: number): string;
}
