import type { EntityManager } from 'typeorm';
import type { Duration } from '../core/duration.js';
import type { Priority } from '../core/limits.js';
import type { UniqueOptions } from '../core/unique.js';
import type { SqlExecutor } from '../repositories/database.js';

/** Where a job is written: with neither, in a transaction of its own. */
export interface TransactionOptions {
  /** The manager of a TypeORM transaction: the job commits, or does not, with it. */
  readonly manager?: EntityManager;
  /** A transaction of another library: anything with `query(text, values)` that gives rows, such as a `pg.Client`. */
  readonly executor?: SqlExecutor;
}

/** What may be said of one job when it is enqueued; each overrules the job's class. */
export interface EnqueueOptions extends TransactionOptions {
  /** 0 is claimed before 1, 9 last. Default: that of the class, else 5. */
  readonly priority?: Priority;
  /** Not before this long from now, by the clock of the database. At most a year. */
  readonly delay?: Duration;
  /** Not before this moment; one that has passed means at once. Not together with `delay`. */
  readonly runAt?: Date;
  /** Default: that of the class, else `default`. */
  readonly queue?: string;
  /** At most 20, of at most 100 characters; to find jobs by. */
  readonly tags?: readonly string[];
  /** How often the job is tried in all. Default: that of the class. */
  readonly attempts?: number;
  /** The most that one attempt may take. Default: that of the class, else the worker's. */
  readonly timeout?: Duration;
  /** How long the job is kept after it is over. Default: that of the class, else a week. */
  readonly keep?: Duration;
  /** A unique key for this job, in the place of what `@Unique` says. The key is taken as it is. */
  readonly unique?: UniqueOptions & { readonly key: string };
  /** What happens if the unique key is taken. Default: what `@Unique` says, else `ignore`. */
  readonly onConflict?: UniqueOptions['onConflict'];
  /**
   * The version of the payload's shape, of a job that is enqueued by its name where its class is not loaded: default 1, as
   * a producer sends it that knows of no versions. Where the class is loaded, it is that of the class.
   */
  readonly version?: number;
  /** A UUID v7 of your own, to enqueue again after an answer that did not arrive. Default: a new one. */
  readonly id?: string;
}
