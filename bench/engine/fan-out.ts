/**
 * A fan-out in one worker process: how long it takes, what memory the process needs, that it is joined once, and what a
 * question for its status costs meanwhile.
 *
 *     npx tsx bench/engine/fan-out.ts [items, default 100,000]
 */
import 'reflect-metadata';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { IsInt } from 'class-validator';
import { DataSource } from 'typeorm';
import { createContainer, defineHandler, Jobs, pipeline, type RunHandle, Telemetry, Worker } from '../../src/index.js';
import { percentile } from '../judge/statistics.js';
import { openApplication } from './application.js';

const ASK_MS = 20;

class Count {
  @IsInt() n!: number;
}

const PassOn = defineHandler({ name: 'pass-on', payload: Count, handle: ({ n }) => ({ n }) });

const wide = pipeline('wide', { input: Count })
  .step('begin', PassOn)
  .each('items', PassOn, ({ begin }) => Array.from({ length: begin.n }, (_, n) => ({ n })))
  .step('joined', PassOn, ({ items }) => ({ n: items.length }))
  .build();

const PARTS = { handlers: [PassOn], pipelines: [wide] };

/** Asks for the status of a run again and again until it is over. @returns how long each answer took, in ms */
async function ask(run: RunHandle): Promise<number[]> {
  const times: number[] = [];
  for (let over = false; !over; await delay(ASK_MS)) {
    const asked = performance.now();
    over = (await run.status()).finishedAt !== null;
    times.push(performance.now() - asked);
  }
  return times;
}

/** The process that works: tells when it has begun, and of its memory when the run is over. */
async function work(url: string): Promise<void> {
  const dataSource = await new DataSource({ type: 'postgres', url }).initialize();
  const container = await createContainer({ dataSource, ...PARTS, worker: { concurrency: 50 } });
  container.get(Telemetry).on('run.complete', () => process.send?.(process.resourceUsage().maxRSS / 1024));
  await container.get(Worker).start();
  process.send?.('begun');
}

async function main(items: number): Promise<void> {
  const { container, dataSource, url, close } = await openApplication(PARTS);
  const worker = fork(fileURLToPath(import.meta.url), ['work', url]);
  await once(worker, 'message');
  const over = once(worker, 'message') as Promise<[megabytes: number]>;
  const begun = performance.now();
  const run = await container.get(Jobs).start(wide, { n: items });
  const times = await ask(run);
  const seconds = (performance.now() - begun) / 1e3;
  const [megabytes] = await over;
  worker.kill('SIGKILL');
  const [joined] = await dataSource.query<[{ jobs: string }]>(
    `select count(*) as jobs from rowlock.jobs where step = 'joined'`,
  );
  const { n } = await run.result();
  console.log(
    `${n} items in ${seconds.toFixed(1)} s, joined by ${joined.jobs} job; the worker had ${Math.round(megabytes)} MB at most`,
  );
  const [p50, p99] = [0.5, 0.99].map((share) => percentile(times, share).toFixed(1));
  console.log(`its status, asked ${times.length} times meanwhile: p50 ${p50} ms, p99 ${p99} ms`);
  await close();
}

const [first = '100000', url] = process.argv.slice(2);
await (first === 'work' ? work(String(url)) : main(Number(first)));
