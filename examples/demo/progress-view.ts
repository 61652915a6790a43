/** Shows how far a crawl is, from its making to `close`. */
export interface ProgressView {
  /** Shows the last state, and ends. */
  close(): void;
}
