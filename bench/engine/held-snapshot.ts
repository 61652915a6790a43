/**
 * What a held snapshot does to the engine: a producer keeps 10,000 jobs waiting in front of one worker, while another
 * session holds a repeatable-read snapshot, so that no dead row can be removed. Prints jobs/s in slices of ten seconds.
 *
 *     npx tsx bench/engine/held-snapshot.ts [seconds held, default 120]
 */
import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { IsInt } from 'class-validator';
import { type Handler, JobHandler, Jobs, Telemetry, Worker } from '../../src/index.js';
import { openApplication } from './application.js';

const WAITING = 10_000;
const BULK = 1_000;
const SLICE_S = 10;

class Count {
  @IsInt() n!: number;
}

@JobHandler({ name: 'nothing', payload: Count })
class Nothing implements Handler<Count> {
  handle(_: Count): void {}
}

/** Keeps jobs waiting until it is told to stop. */
async function produce(jobs: Jobs, done: () => number, signal: AbortSignal): Promise<void> {
  for (let produced = 0; !signal.aborted;) {
    if (produced - done() >= WAITING) await delay(5);
    else {
      await jobs.enqueueMany(
        Nothing,
        Array.from({ length: BULK }, (_, n) => ({ n })),
      );
      produced += BULK;
    }
  }
}

/** Prints the rate of each slice. @returns the rate over all */
async function measure(name: string, seconds: number, done: () => number): Promise<number> {
  const begun = done();
  const rates: number[] = [];
  for (let at = 0; at < seconds; at += SLICE_S) {
    const before = done();
    await delay(SLICE_S * 1_000);
    rates.push(Math.round((done() - before) / SLICE_S));
  }
  console.log(`${name.padEnd(8)} ${rates.join(' ')} jobs/s`);
  return (done() - begun) / seconds;
}

async function main(secondsHeld: number): Promise<void> {
  const { container, dataSource, close } = await openApplication({ handlers: [Nothing], worker: { concurrency: 100 } });
  let count = 0;
  const done = (): number => count;
  container.get(Telemetry).on('job.complete', () => void count++);
  const stop = new AbortController();
  const producer = produce(container.get(Jobs), done, stop.signal);
  await container.get(Worker).start();

  const free = await measure('free', 30, done);
  const holder = dataSource.createQueryRunner();
  await holder.startTransaction('REPEATABLE READ');
  await holder.query('select count(*) from rowlock.queue');
  const before = count;
  const held = await measure('held', secondsHeld, done);
  console.log(`held / free: ${(held / free).toFixed(2)}, over ${count - before} finished jobs`);
  await holder.rollbackTransaction();
  await holder.release();
  await measure('freed', 20, done);

  stop.abort();
  await producer;
  await close();
}

await main(Number(process.argv[2] ?? 120));
