import { median } from '../judge/statistics.js';
import type { Plan } from '../plan.js';
import type { Stage } from '../stage.js';
import { drain } from './drain.js';
import { fillWithJobs } from './w2-drain.js';
import { warmUpOf } from './warm-up.js';
import type { Measured, Workload } from './workload.js';

const ROUNDS = 3;
const WEEK_MS = 7 * 86_400_000;

/** Drains while the store holds jobs that are due later and jobs that have ended, as a ratio to the empty store. */
export const fullStore: Workload = {
  name: 'w7',
  title: 'Drain from a full store',
  once: true,
  cases: (plan) => {
    const name = `${plan.futureJobs.toLocaleString('en')} future, ${plan.finishedJobs.toLocaleString('en')} finished`;
    return [{ name, measure: (stage) => compare(stage, plan) }];
  },
};

async function compare(stage: Stage, plan: Plan): Promise<Measured> {
  let ended = 0;
  const rate = async (count: number): Promise<number> => {
    const fill = fillWithJobs(stage);
    const measured = await drain(stage, { of: 'jobs', count, workers: 1, fill, endedBefore: ended });
    ended += count + warmUpOf(stage, 1);
    return measured['jobs/s'] ?? NaN;
  };
  const rounds = async (): Promise<number> => {
    const rates: number[] = [];
    for (let round = 0; round < ROUNDS; round++) rates.push(await rate(plan.fullStoreJobs));
    return median(rates);
  };
  const empty = await rounds();
  await stage.producer.call.bulk(plan.futureJobs, 1_000, new Date(Date.now() + WEEK_MS));
  await rate(plan.finishedJobs);
  const full = await rounds();
  return { ratio: full / empty, 'jobs/s empty': empty, 'jobs/s full': full };
}
