/**
 * Whether an application with a worker keeps anything, over hours: it enqueues plain jobs, jobs with lock keys, jobs that
 * fail once and pipelines, 50 of each a second, and works them off. Its heap is read after a collection once a minute.
 * Prints every reading and how much the heap grows in an hour, by least squares over all but the first five minutes.
 *
 *     npx tsx bench/engine/heap-slope.ts [minutes, default 60]
 */
import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { IsInt } from 'class-validator';
import { defineHandler, Jobs, pipeline, Telemetry, Worker } from '../../src/index.js';
import { slope } from '../judge/slope.js';
import { openApplication } from './application.js';

const EACH_SECOND = 50;
const WARM_MINUTES = 5;
const MINUTE_MS = 60_000;
const DAY = '1d';

class Count {
  @IsInt() n!: number;
}

const Plain = defineHandler({
  name: 'plain',
  payload: Count,
  keep: DAY,
  handle: ({ n }, job) => job.progress(n / EACH_SECOND),
});
const Locked = defineHandler({
  name: 'locked',
  payload: Count,
  keep: DAY,
  lock: ({ n }) => `key ${n % 20}`,
  handle: ({ n }) => n,
});
const Failing = defineHandler({
  name: 'failing',
  payload: Count,
  keep: DAY,
  retry: { attempts: 2, delay: '100ms' },
  handle: (_, { attempt }) => {
    if (attempt === 1) throw new Error('the first attempt fails');
  },
});
const Step = defineHandler({ name: 'step', payload: Count, keep: DAY, handle: ({ n }) => ({ n: n + 1 }) });

const line = pipeline('line', { input: Count })
  .step('first', Step)
  .each('items', Step, ({ first }) => [first, first, first])
  .step('last', Step, ({ items }) => ({ n: items.length }))
  .build();

/** Enqueues a second's work each second, until told to stop. @returns how many jobs and runs it were */
async function produce(jobs: Jobs, signal: AbortSignal): Promise<number> {
  const batch = Array.from({ length: EACH_SECOND }, (_, n) => ({ n }));
  let produced = 0;
  while (!signal.aborted) {
    await Promise.all([
      ...[Plain, Locked, Failing].map((handler) => jobs.enqueueMany(handler, batch)),
      ...batch.map((input) => jobs.start(line, input)),
      delay(1_000),
    ]);
    produced += 4 * EACH_SECOND;
  }
  return produced;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function liveHeap(): number {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

async function main(minutes: number): Promise<void> {
  const handlers = [Plain, Locked, Failing, Step];
  const { container, close } = await openApplication({ handlers, pipelines: [line], worker: { concurrency: 50 } });
  let ended = 0;
  for (const event of ['job.complete', 'job.discard'] as const) container.get(Telemetry).on(event, () => void ended++);
  await container.get(Worker).start();
  const stop = new AbortController();
  const producer = produce(container.get(Jobs), stop.signal);

  const readings: [minute: number, megabytes: number][] = [];
  for (let minute = 1; minute <= minutes; minute++) {
    await delay(MINUTE_MS);
    const megabytes = liveHeap();
    readings.push([minute, megabytes]);
    console.log(`minute ${minute}: ${megabytes.toFixed(2)} MB live heap, ${ended} jobs ended`);
  }
  stop.abort();
  const produced = await producer;
  await close();
  const growth = slope(readings.filter(([minute]) => minute > WARM_MINUTES)) * 60;
  console.log(`${produced} jobs and runs: the live heap grows by ${growth.toFixed(3)} MB an hour`);
}

await main(Number(process.argv[2] ?? 60));
