import type { StatementRunner } from '../repositories/session.js';
import { enqueueUniqueJobs } from '../repositories/sql/enqueue-unique-jobs.js';
import { findUniqueHolders } from '../repositories/sql/find-unique-holders.js';
import type { NewJob } from './new-job.js';
import { enqueueParams } from './new-job.js';

/** After so many, a holder that starts faster than we can look is named all the same. */
const TRIES = 5;

/**
 * Inserts jobs with unique keys. A key that was taken may be free again by the time that its holder is looked for; then
 * the job is tried once more.
 * @returns ids that were not inserted, with the job that holds their key
 */
export async function enqueueUnique(
  on: StatementRunner,
  jobs: readonly NewJob[],
  channel: string | null,
): Promise<ReadonlyMap<string, string>> {
  const holders = new Map<string, string>();
  let left = jobs;
  for (let tries = 1; left.length > 0; tries++) {
    const refused = await insert(on, left, channel);
    const found = [...(await holdersOf(on, refused, 'share')), ...(await holdersOf(on, refused, 'update'))];
    for (const { id, holder, settled } of found) if (settled || tries >= TRIES) holders.set(id, holder);
    left = refused.filter(({ id }) => !holders.has(id));
  }
  return holders;
}

async function insert(on: StatementRunner, jobs: readonly NewJob[], channel: string | null): Promise<NewJob[]> {
  const rows = await on.run(enqueueUniqueJobs, [
    ...enqueueParams(jobs, channel),
    jobs.map(({ unique }) => unique?.key ?? ''),
    jobs.map(({ unique }) => unique?.scope ?? ''),
    jobs.map(({ unique }) => unique?.periodMs ?? null),
  ]);
  const refused = new Set(rows.map(({ id }) => id));
  return jobs.filter(({ id }) => refused.has(id));
}

async function holdersOf(
  on: StatementRunner,
  refused: readonly NewJob[],
  strength: keyof typeof findUniqueHolders,
): Promise<readonly { readonly id: string; readonly holder: string; readonly settled: boolean }[]> {
  const jobs = refused.filter(({ unique }) => (unique?.onConflict === 'replace') === (strength === 'update'));
  if (jobs.length === 0) return [];
  return on.run(findUniqueHolders[strength], [
    jobs.map(({ id }) => id),
    jobs.map(({ tenant }) => tenant),
    jobs.map(({ name }) => name),
    jobs.map(({ unique }) => unique?.key ?? ''),
  ]);
}
