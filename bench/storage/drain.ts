import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { v7 } from 'uuid';
import { UNBOUNDED, type Bounds, type ClaimFloor } from './claim-floor.js';
import type { ClaimedJob, JobDraft, Layout } from './layout.js';

/** The verbs that a drain needs. */
export type Drainable = Pick<Layout, 'claim' | 'finish' | 'enqueue' | 'schema' | 'name' | 'define'>;

/** Eight of ten jobs share a priority, one goes before them and one after; the payload does not compress. */
export function drafts(count: number, payloadBytes = 300): JobDraft[] {
  const text = randomBytes(payloadBytes)
    .toString('base64')
    .slice(0, payloadBytes - 40);
  return Array.from({ length: count }, (_, i) => ({
    id: v7(),
    queue: 'default',
    priority: i % 10 === 8 ? 2 : i % 10 === 9 ? 7 : 5,
    name: 'noop',
    payload: `{"url":"https://example.org/${i}","text":"${text}"}`,
  }));
}

/** Batches of at most `size` drafts, made ahead so that making them is not measured. */
export function batches(total: number, size = 1000, payloadBytes = 300): JobDraft[][] {
  return Array.from({ length: Math.ceil(total / size) }, (_, i) =>
    drafts(Math.min(size, total - i * size), payloadBytes),
  );
}

export async function enqueueBatches(client: pg.Client, layout: Drainable, bulk: readonly JobDraft[][]): Promise<void> {
  for (const jobs of bulk) await client.query(layout.enqueue(jobs));
}

/** A claim from the floor on, and a look behind it when one is due. */
export async function claimBatch(
  client: pg.Client,
  layout: Drainable,
  limit: number,
  workerId: string,
  floor?: ClaimFloor,
): Promise<ClaimedJob[]> {
  const probe = async ({ floors, ceilings }: Bounds, room: number) =>
    (await client.query<ClaimedJob>(layout.claim({ queue: 'default', floors, ceilings, limit: room, workerId }))).rows;
  if (!floor) return probe(UNBOUNDED, limit);
  const timed = async (bounds: Bounds, room: number) => {
    const start = performance.now();
    const jobs = await probe(bounds, room);
    floor.observe(bounds, jobs, performance.now() - start);
    return jobs;
  };
  const jobs = await timed(floor.next(), limit);
  const behind = floor.lookBehind(jobs.length < limit);
  return behind ? jobs.concat(await timed(behind, limit)) : jobs;
}

export async function finishBatch(client: pg.Client, layout: Drainable, jobs: readonly ClaimedJob[]): Promise<number> {
  const { rowCount } = await client.query(
    layout.finish({
      ids: jobs.map((job) => job.id),
      tokens: jobs.map((job) => job.token),
      results: jobs.map(() => '{"ok":true}'),
      spentTokens: [...new Set(jobs.map((job) => job.token))],
    }),
  );
  if (rowCount !== jobs.length) throw new Error(`${layout.name}: finished ${rowCount} of ${jobs.length} jobs`);
  return jobs.length;
}

export interface DrainOptions {
  limit?: number;
  floor?: ClaimFloor;
  /** Keeps draining an empty queue until it says true; default: stop when it is empty. */
  stop?: () => boolean;
  onFinish?: (count: number) => void;
}

/** The next claim runs on one connection while the last one's finish runs on the other. */
export async function drainOverlapping(
  claimer: pg.Client,
  finisher: pg.Client,
  layout: Drainable,
  options: DrainOptions = {},
): Promise<number> {
  const workerId = v7();
  let finishing: Promise<number> = Promise.resolve(0);
  let total = 0;
  for (;;) {
    const jobs = await claimBatch(claimer, layout, options.limit ?? 500, workerId, options.floor);
    const finished = await finishing;
    total += finished;
    options.onFinish?.(finished);
    finishing = jobs.length > 0 ? finishBatch(finisher, layout, jobs) : Promise.resolve(0);
    if (options.stop ? options.stop() : jobs.length === 0) return total + (await finishing);
    if (jobs.length === 0) await pause(2);
  }
}

/** Each connection is a worker of its own that claims, finishes and claims again. */
export async function drainInTurn(
  clients: readonly pg.Client[],
  layout: Drainable,
  floor?: ClaimFloor,
): Promise<number> {
  const counts = await Promise.all(
    clients.map(async (client) => {
      const workerId = v7();
      for (let total = 0; ;) {
        const jobs = await claimBatch(client, layout, 500, workerId, floor);
        if (jobs.length === 0) return total;
        total += await finishBatch(client, layout, jobs);
      }
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
