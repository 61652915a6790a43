import type { Duration } from '../core/duration.js';
import { milliseconds } from '../core/duration.js';
import { NotFoundError } from '../core/errors.js';
import type { JobDetails } from './job-details.js';
import type { JobEvent } from './job-events.js';
import { jobEvents } from './job-events.js';

/** What a handle asks of the client that made it. */
export interface HandleSource {
  result(id: string, timeoutMs: number | null): Promise<unknown>;
  get(id: string): Promise<JobDetails | null>;
  signal(id: string, name: string, payload?: object): Promise<boolean>;
  cancel(id: string, options?: { readonly reason?: string }): Promise<'cancelled' | 'cancelling'>;
}

/** A job that was enqueued. */
export class JobHandle<Result = unknown> {
  constructor(
    private readonly source: HandleSource,
    /** UUID v7. */
    readonly id: string,
    /** True if the unique key was taken, and this is the job that holds it. */
    readonly existing: boolean,
  ) {}

  /**
   * Waits for the job to be over.
   * @param options.timeout how long; default: for as long as it takes
   * @returns the result in its JSON form: a `Date` is a string
   * @throws JobFailedError if it was discarded or cancelled; ResultTimeoutError; NotFoundError
   * @example const page = await handle.result({ timeout: '30s' });
   */
  async result(options: { readonly timeout?: Duration } = {}): Promise<Result> {
    const timeoutMs = options.timeout === undefined ? null : milliseconds(options.timeout, 'handle.result timeout');
    return (await this.source.result(this.id, timeoutMs)) as Result;
  }

  /** The job as it stands now, its progress included. @throws NotFoundError */
  async details(): Promise<JobDetails<unknown, Result>> {
    const details = await this.source.get(this.id);
    if (!details) throw new NotFoundError('job', this.id);
    return details as JobDetails<unknown, Result>;
  }

  /**
   * How the job stands, and each change of its state, attempt and progress until it is over.
   * @throws NotFoundError
   * @example for await (const { state, progress } of handle.events()) console.log(state, progress?.fraction);
   */
  events(): AsyncIterableIterator<JobEvent> {
    return jobEvents(() => this.source.get(this.id), this.id);
  }

  /** See `Jobs.signal`. */
  async signal(name: string, payload?: object): Promise<void> {
    await this.source.signal(this.id, name, payload);
  }

  /** See `Jobs.cancel`. */
  cancel(reason?: string): Promise<'cancelled' | 'cancelling'> {
    return this.source.cancel(this.id, reason === undefined ? {} : { reason });
  }
}
