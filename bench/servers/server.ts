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
  stop(): Promise<void>;
}
