import type { LoggedPlan } from './logged-plan.js';
import type { StatementCost } from './statement-cost.js';

/** A database server that belongs to the bench. */
export interface Server {
  readonly version: string;
  readonly pid: number;
  /** Makes an empty store. @returns its URL */
  fresh(): Promise<string>;
  /** Removes a store. */
  discard(url: string): Promise<void>;
  /** Begins to count what a store is asked. @returns a function that ends it and answers how many it was */
  countQueries(url: string): Promise<() => Promise<number>>;
  /** Of a server that can tell: begins to note what its statements cost. @returns a function that ends it and answers */
  watchStatements?(url: string): Promise<() => Promise<readonly StatementCost[]>>;
  /** Of a server that can tell: begins to write down how statements are carried out. @returns a function that ends it and answers */
  logPlans?(url: string): Promise<() => Promise<readonly LoggedPlan[]>>;
  stop(): Promise<void>;
}
