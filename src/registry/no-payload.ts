/**
 * The payload class of a job that needs none: `{}` is valid, and nothing else.
 * @example
 * ```ts
 * @JobHandler({ name: 'clean-up', payload: NoPayload })
 * export class CleanUp implements Handler<NoPayload> {
 *   async handle(): Promise<void> { … }
 * }
 * await jobs.enqueue(CleanUp, {});
 * ```
 */
export class NoPayload {
  readonly [field: string]: never;
}
