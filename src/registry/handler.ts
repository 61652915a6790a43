import type { JobContext } from './job-context.js';

/**
 * What a handler class implements. The container constructs it, with whatever its constructor asks for; what `handle`
 * returns is stored as the job's result, in its JSON form.
 *
 * `handle` must be a method (not an arrow function in a field), and it must be ready to run twice: a worker may die
 * after the work and before the answer is stored. Throwing is a failed attempt, which is retried as `@Retry` says;
 * throwing `job.snooze`, `job.cancel` or `job.discard` steers the job instead.
 *
 * @typeParam Payload the class that `@JobHandler({ payload })` names
 * @typeParam Result anything with a JSON form, at most 1 MiB of it; `void` stores `null`
 * @example
 * ```ts
 * @JobHandler({ name: 'scrape-page', payload: PageRef })
 * export class ScrapePage implements Handler<PageRef, Page> {
 *   async handle({ url }: PageRef, job: JobContext): Promise<Page> {
 *     const response = await fetch(url, { signal: job.signal });
 *     return parse(await response.text());
 *   }
 * }
 * ```
 */
export interface Handler<Payload extends object, Result = void> {
  handle(payload: Payload, job: JobContext): Promise<Result> | Result;
}
