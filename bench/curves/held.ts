import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../child/clock.js';
import type { Stage } from '../stage.js';
import { holdSnapshot } from '../workloads/hold-snapshot.js';
import { SustainedLoad } from '../workloads/sustained-load.js';
import type { Curve, Point } from './curve.js';
import type { CurvePlan } from './curve-plan.js';

/** Time under a snapshot: nothing that died since it was taken can be removed from any table. */
export const held: Curve = {
  name: 'held',
  title: 'Another session holds a snapshot',
  about:
    'A producer keeps 10,000 jobs in front of one worker process. At 0 s another session begins a repeatable-read transaction and keeps it open, so that no dead row can be removed. Each point is the mean of the seconds since the last one.',
  x: { label: 'seconds since the snapshot was taken', scale: 'linear' },
  panels: [{ label: 'jobs/s', scale: 'linear', lines: [{ figure: 'jobs/s', label: 'worked off' }] }],
  hasTable: false,
  rounds: () => 1,
  runs: (plan) => [{ name: `${plan.heldSeconds} s`, measure: (stage) => course(stage, plan) }],
};

async function course(stage: Stage, plan: CurvePlan): Promise<readonly Point[]> {
  const load = await SustainedLoad.begin(stage);
  const points: Point[] = [];
  const begun = stage.snapshot([load.worker]);
  const watch = async (from: number, to: number): Promise<void> => {
    for (let x = from + plan.sliceSeconds; x <= to; x += plan.sliceSeconds) {
      const [count, at] = [load.count, now()];
      await delay(plan.sliceSeconds * 1e3);
      points.push({ x, figures: { 'jobs/s': ((load.count - count) / (now() - at)) * 1e3 } });
    }
  };
  await watch(-plan.freeSeconds, 0);
  const release = await holdSnapshot(stage.storeUrl);
  await watch(0, plan.heldSeconds);
  stage.spentSince(begun, [load.worker]);
  await release();
  await load.end();
  return points;
}
