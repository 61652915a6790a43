/** A database server that belongs to the bench. */
export interface Server {
  readonly version: string;
  readonly pid: number;
  /** Makes an empty store. @returns its URL */
  fresh(): Promise<string>;
  /** Removes a store. */
  discard(url: string): Promise<void>;
  stop(): Promise<void>;
}
