import type { SettingsTarget } from './decorator-target.js';
import { record } from './metadata.js';

/**
 * Runs `handle` inside one database transaction, `job.manager`. Its writes, the jobs that it enqueues with that manager,
 * its result and its completion commit together or not at all, and only while the worker still holds the job. So its
 * effects in the database happen exactly once.
 *
 * A connection is held for as long as `handle` runs: keep it short, and do slow work in a step before.
 * @example
 * ```ts
 * @JobHandler({ name: 'store-page', payload: Page })
 * @Transactional()
 * export class StorePage implements Handler<Page> {
 *   async handle(page: Page, job: JobContext): Promise<void> {
 *     await job.manager.getRepository(PageEntity).upsert(page, ['url']);
 *   }
 * }
 * ```
 */
export function Transactional() {
  return (target: SettingsTarget): void => record(target, 'Transactional', true);
}
