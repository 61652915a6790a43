import type { Engine } from '../engine/engine.js';
import type { NewJob } from '../engine/new-job.js';
import type { Database } from '../repositories/database.js';
import { Batcher } from './batcher.js';

const BATCH = 1_000;

/** Lets concurrent `enqueue` calls outside of transactions share a statement and its commit. */
export class EnqueueBatcher {
  readonly #batcher: Batcher<NewJob, void>;

  constructor(engine: Engine, database: Database) {
    this.#batcher = new Batcher<NewJob, void>(BATCH, async (jobs) => {
      await engine.enqueue(database, jobs, true);
      return jobs.map(() => undefined);
    });
  }

  /** Resolves once the job is committed. */
  add(job: NewJob): Promise<void> {
    return this.#batcher.add(job);
  }
}
