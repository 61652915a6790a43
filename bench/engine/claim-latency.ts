/**
 * How long a claim takes, with its commit, as the worker sees it, among a million jobs that are ready. First with jobs that
 * do nothing, which are claimed by hundreds; then with jobs that take a while, of which only as many are claimed as there
 * are free slots.
 *
 *     npx tsx bench/engine/claim-latency.ts [ready jobs, default 1,000,000]
 */
import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { IsInt } from 'class-validator';
import { defineHandler, type HandlerClass, Jobs, Telemetry, Worker } from '../../src/index.js';
import { percentile } from '../judge/statistics.js';
import { openApplication } from './application.js';

const BULK = 1_000;
const CLAIMS = 1_000;
const TAKES_MS = 5;

class Count {
  @IsInt() n!: number;
}

const Quick = defineHandler({ name: 'quick', payload: Count, queue: 'quick', handle: () => undefined });
const Slow = defineHandler({ name: 'slow', payload: Count, queue: 'slow', handle: () => delay(TAKES_MS) });

interface Claim {
  readonly count: number;
  readonly ms: number;
}

/** Enqueues jobs, works until there have been enough claims, and says how long they took. */
async function measure(handler: HandlerClass, queue: string, ready: number, prefetch: number): Promise<void> {
  const worker = { queues: { [queue]: null }, concurrency: 20, prefetch };
  const { container, dataSource, close } = await openApplication({ handlers: [Quick, Slow], worker });
  const jobs = container.get(Jobs);
  const batch = Array.from({ length: BULK }, (_, n) => ({ n }));
  for (let enqueued = 0; enqueued < ready; enqueued += BULK) await jobs.enqueueMany(handler, batch);
  // As autovacuum would have, had the jobs not come all at once.
  await dataSource.query('vacuum (analyze) rowlock.job');
  await dataSource.query('checkpoint');
  const claims: Claim[] = [];
  container.get(Telemetry).on('job.claim', ({ count, ms }) => void claims.push({ count, ms }));
  await container.get(Worker).start();
  while (claims.length < CLAIMS) await delay(10);
  const [left] = await dataSource.query<[{ count: string }]>('select count(*) from rowlock.job');
  await close();
  const times = claims.map(({ ms }) => ms);
  const sizes = claims.map(({ count }) => count);
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => `${percentile(times, share).toFixed(1)} ms`);
  console.log(
    `${queue}: ${claims.length} claims of ${percentile(sizes, 0.5)} jobs (the median) among ${ready} to ${left.count}: ` +
      `p50 ${p50}, p99 ${p99}, at most ${most}`,
  );
}

const ready = Number(process.argv[2] ?? 1_000_000);
// As many more as will be claimed, so that so many are ready to the last.
await measure(Quick, 'quick', ready + CLAIMS * 500, 2_000);
await measure(Slow, 'slow', ready, 0);
