import type { Stage } from '../stage.js';
import { latencies } from './latencies.js';
import type { Measured, Workload } from './workload.js';

const PER_SECOND = 500;

/** As W4, under a steady load that does not wait for answers. */
export const steadyLoad: Workload = {
  name: 'w5',
  title: `Latency under ${PER_SECOND} jobs a second`,
  cases: (plan) => [{ name: `${plan.steadySeconds} s`, measure: (stage) => steady(stage, plan.steadySeconds) }],
};

async function steady(stage: Stage, seconds: number): Promise<Measured> {
  const [worker] = await stage.hire(1);
  const total = PER_SECOND * seconds;
  const all = new Promise<void>((resolve) => {
    worker!.onEvent = (event) => (event.event === 'count' && event.count >= total ? resolve() : undefined);
  });
  await worker!.call.start(total, false);
  const begun = stage.snapshot([worker!]);
  const called = await stage.producer.call.paced(PER_SECOND, seconds);
  await Promise.race([all, worker!.broken]);
  const usage = stage.spentSince(begun, [worker!]);
  await stage.producer.call.settled('jobs', 60);
  const entered = await worker!.call.entered();
  return {
    ...latencies([...called].map((at, n) => (entered[n] ?? NaN) - at)),
    'worker CPU s/1,000': (usage.workers / total) * 1_000,
    'server CPU s/1,000': (usage.server / total) * 1_000,
  };
}
