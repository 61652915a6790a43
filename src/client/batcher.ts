import { sqlFailure } from '../repositories/sql-errors.js';

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets concurrent calls outside of transactions share a statement and its commit: while one is on its way the next
 * collects; one at a time, because two would share the calls between them and commit twice. Each call returns after its
 * commit, as if it had been alone.
 */
export class Batcher<Item, Answer> {
  #waiting: Waiting<Item, Answer>[] = [];
  #flushing = false;

  /** @param write stores a batch, all or nothing; answers for each item, in their order */
  constructor(
    private readonly size: number,
    private readonly write: (items: readonly Item[]) => Promise<readonly Answer[]>,
  ) {}

  add(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#flushing) void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    this.#flushing = true;
    await Promise.resolve(); // calls of the same turn of the event loop share the statement
    while (this.#waiting.length > 0) await this.#write(this.#waiting.splice(0, this.size));
    this.#flushing = false;
  }

  async #write(batch: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.write(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(answers[index] as Answer));
    } catch (error) {
      if (batch.length === 1 || sqlFailure(error) === 'connection') for (const { reject } of batch) reject(error);
      // One that the database refuses must not take the others of its batch with it.
      else for (const one of batch) await this.#write([one]);
    }
  }
}
