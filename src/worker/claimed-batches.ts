import type { ClaimedRow } from '../repositories/sql/claim-jobs.js';

/** Counts what is left of each batch of claims, so that the next claim can remove the rows of those that are finished. */
export class ClaimedBatches {
  readonly #left = new Map<string, number>();
  #emptied: string[] = [];

  add(rows: readonly ClaimedRow[]): void {
    for (const { token } of rows) this.#left.set(token, (this.#left.get(token) ?? 0) + 1);
  }

  /** The tokens of batches that are not finished. */
  get tokens(): string[] {
    return [...this.#left.keys()];
  }

  finish(token: string): void {
    const left = (this.#left.get(token) ?? 1) - 1;
    if (left > 0) {
      this.#left.set(token, left);
      return;
    }
    this.#left.delete(token);
    this.#emptied.push(token);
  }

  /** The batches that are finished and whose rows are still there; the caller removes them, or gives them back. */
  takeEmptied(): string[] {
    const emptied = this.#emptied;
    this.#emptied = [];
    return emptied;
  }

  giveBack(tokens: readonly string[]): void {
    this.#emptied.push(...tokens);
  }
}
