import { setTimeout as delay } from 'node:timers/promises';
import type { Stage } from '../stage.js';
import { latencies } from './latencies.js';
import type { Measured, Workload } from './workload.js';

/** One at a time jobs take another way through a system than by hundreds, and it is to be compiled as well. */
const WARM_UP = 200;

/** From the call of enqueue in one process to the entry of the handler in another, which has had nothing to do. */
export const idleLatency: Workload = {
  name: 'w4',
  title: 'Latency of an idle worker, one job at a time',
  cases: (plan) => [{ name: `${plan.idleJobs} jobs`, measure: (stage) => oneByOne(stage, plan.idleJobs) }],
};

async function oneByOne(stage: Stage, count: number): Promise<Measured> {
  const [worker] = await stage.hire(1);
  const entered = new Map<number, number>();
  let arrived = (): void => undefined;
  worker!.onEvent = (event) => {
    if (event.event !== 'entered') return;
    entered.set(event.n, event.at);
    arrived();
  };
  await worker!.call.start(Infinity, true);
  const begun = stage.snapshot([worker!]);
  const waits: number[] = [];
  for (let n = 0; n < WARM_UP + count; n++) {
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const called = await stage.producer.call.one();
    if (!entered.has(n)) await Promise.race([arrival, worker!.broken]);
    if (n >= WARM_UP) waits.push((entered.get(n) ?? NaN) - called);
    // Until the job has been finished; and never in step with somebody's timer.
    await delay(8 + Math.random() * 8);
  }
  stage.spentSince(begun, [worker!]);
  return latencies(waits);
}
