import { QUEUE } from '../adapters/adapter.js';
import { atMost } from '../judge/goal.js';
import { slope } from '../judge/slope.js';
import { currentMemory } from '../machine/processes.js';
import type { Stage } from '../stage.js';
import { tooLong } from '../workloads/too-long.js';
import type { Curve, CurveFigure, Point } from './curve.js';
import { Filler } from './filler.js';

const SAMPLES = 100;
const RSS = 'RSS MB';
/** Until then the heap grows to the size at which it is collected. */
const WARM_SHARE = 0.2;
const PER_JOBS = 100_000;
/** A leak of 100 bytes a job would be 10 MB. */
const FLAT_MB = 1;

/** Whether anything is left behind by a job. */
export const memory: Curve = {
  name: 'memory',
  title: 'Memory of a worker process',
  about: 'One worker process, cold at first, works off jobs that do nothing; its resident memory is read all along.',
  x: { label: 'jobs worked off', scale: 'linear' },
  panels: [{ label: 'MB', scale: 'linear', lines: [{ figure: RSS, label: 'resident memory' }] }],
  hasTable: false,
  rounds: () => 1,
  runs: (plan) => [
    {
      name: `${plan.memoryJobs.toLocaleString('en')} jobs`,
      measure: (stage) => watch(stage, plan.memoryJobs),
    },
  ],
  goals: (figures) => {
    const growth = growthPerJobs(figures);
    return growth === null
      ? []
      : [atMost(`memory: RSS growth in MB per ${PER_JOBS.toLocaleString('en')} jobs`, growth, FLAT_MB)];
  },
};

/** MB for each 100,000 jobs after the first fifth; null if that was not measured. */
function growthPerJobs(figures: readonly CurveFigure[]): number | null {
  const all = figures.filter(({ figure }) => figure === RSS);
  const last = Math.max(0, ...all.map(({ x }) => x));
  const warm = all.filter(({ x }) => x >= last * WARM_SHARE);
  return warm.length < 2 ? null : slope(warm.map(({ x, median }) => [x, median])) * PER_JOBS;
}

async function watch(stage: Stage, jobs: number): Promise<readonly Point[]> {
  await stage.producer.call.one();
  const filler = await Filler.open(stage.storeUrl);
  await filler.ready(jobs);
  await filler.settle();
  await filler.close();
  const [worker] = await stage.hire(1, [QUEUE]);
  const points: Point[] = [];
  let next = 0;
  const all = new Promise<void>((resolve) => {
    worker!.onEvent = (event) => {
      if (event.event !== 'count') return;
      if (event.count >= next) {
        points.push({ x: event.count, figures: { [RSS]: currentMemory(worker!.pid) } });
        next = event.count + jobs / SAMPLES;
      }
      if (event.count === jobs) resolve();
    };
  });
  const begun = stage.snapshot([worker!]);
  await worker!.call.start(jobs, false);
  await Promise.race([all, worker!.broken, tooLong(jobs)]);
  await stage.producer.call.settled('jobs', 60);
  stage.spentSince(begun, [worker!]);
  return points;
}
