import type { HandlerClass } from '../core/handler-class.js';
import type { JobHandlerOptions } from './handler-settings.js';
import { record } from './metadata.js';
import type { TakesPayload } from './takes-payload.js';

/**
 * Makes a class the handler of a job: gives it a name, and the class of its payload. The class needs no `@injectable`
 * (it may have one); constructor parameters name what they want with inversify's `@inject(Token)`.
 *
 * Does not compile on a class whose `handle` takes another payload. What else may be wrong (a bad or duplicate name, a
 * payload class without validators) is a DefinitionError when the container is made.
 * @example
 * ```ts
 * @JobHandler({ name: 'scrape-page', payload: PageRef, queue: 'web' })
 * export class ScrapePage implements Handler<PageRef, Page> {
 *   constructor(@inject(HttpFetcher) private readonly fetcher: HttpFetcher) {}
 *   async handle({ url }: PageRef): Promise<Page> { … }
 * }
 * ```
 */
export function JobHandler<Payload extends object, const Version extends number = number>(
  options: JobHandlerOptions<Payload, Version>,
) {
  return <Class extends HandlerClass>(target: Class & TakesPayload<InstanceType<Class>, Payload>): void => {
    record(target, 'JobHandler', options as JobHandlerOptions);
  };
}
