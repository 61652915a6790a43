import type { Engine } from '../engine/engine.js';
import type { NewJob } from '../engine/new-job.js';
import type { Database } from '../repositories/database.js';
import { runnerOf } from '../repositories/session.js';
import { sqlFailure } from '../repositories/sql-errors.js';

interface Waiting {
  readonly job: NewJob;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const BATCH = 1_000;
const FLUSHES = 2;

/**
 * Lets concurrent `enqueue` calls outside of transactions share a statement and its commit: while one is on its way the
 * next collects. Each call returns after its commit, as if it had been alone.
 */
export class EnqueueBatcher {
  #waiting: Waiting[] = [];
  #flushing = 0;

  constructor(
    private readonly engine: Engine,
    private readonly database: Database,
  ) {}

  add(job: NewJob): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject });
      if (this.#flushing < FLUSHES) void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    this.#flushing++;
    await Promise.resolve(); // calls of the same turn of the event loop share the statement
    while (this.#waiting.length > 0) await this.#insert(this.#waiting.splice(0, BATCH));
    this.#flushing--;
  }

  async #insert(batch: readonly Waiting[]): Promise<void> {
    try {
      const on = runnerOf(this.database, this.database.dataSource.manager);
      await this.engine.enqueue(
        on,
        batch.map(({ job }) => job),
        true,
      );
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (batch.length === 1 || sqlFailure(error) === 'connection') for (const { reject } of batch) reject(error);
      // One job that the database refuses must not take the others of its batch with it.
      else for (const one of batch) await this.#insert([one]);
    }
  }
}
