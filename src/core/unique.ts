import type { Duration } from './duration.js';

/** What happens to a second job with a key that is taken. */
export type OnConflict =
  /** `enqueue` throws DuplicateJobError. */
  | 'reject'
  /** Nothing is enqueued; the handle is that of the first job. */
  | 'ignore'
  /**
   * The first job, if no attempt of it runs, takes the payload and options of the second, and forgets its checkpoints and
   * signals; if it slept or waited for a signal, it starts anew. Else as `ignore`.
   */
  | 'replace';

/** How long a unique key is taken, and what happens to the second. */
export interface UniqueOptions {
  /** `queued`: until the first attempt starts. `unfinished`: until the job is over. Default `unfinished`. */
  readonly while?: 'queued' | 'unfinished';
  /** For a period from the enqueue instead, whatever becomes of the job. */
  readonly for?: Duration;
  /** Default `ignore`. */
  readonly onConflict?: OnConflict;
}

/** When the row of a unique key goes away. */
export type UniqueScope = 'queued' | 'unfinished' | 'period';
