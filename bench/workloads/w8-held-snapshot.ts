import type { Stage } from '../stage.js';
import { holdSnapshot } from './hold-snapshot.js';
import { SustainedLoad } from './sustained-load.js';
import type { Measured, Workload } from './workload.js';

/** A sustained load while another session holds a snapshot, so that nothing dead can be removed. */
export const heldSnapshot: Workload = {
  name: 'w8',
  title: 'Work while another session holds a snapshot',
  once: true,
  cases: (plan) => [{ name: `${plan.heldSeconds} s`, measure: (stage) => hold(stage, plan.heldSeconds) }],
};

async function hold(stage: Stage, seconds: number): Promise<Measured> {
  const load = await SustainedLoad.begin(stage);
  const free = await load.rate(Math.min(30, seconds / 2));
  const release = await holdSnapshot(stage.storeUrl);
  const held = await load.rate(seconds);
  await release();
  await load.end();
  return { ratio: held / free, 'jobs/s free': free, 'jobs/s held': held };
}
