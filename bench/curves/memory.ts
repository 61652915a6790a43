import { QUEUE } from '../adapters/adapter.js';
import { atMost } from '../judge/goal.js';
import { slope } from '../judge/slope.js';
import { currentMemory } from '../machine/processes.js';
import type { Stage } from '../stage.js';
import { tooLong } from '../workloads/too-long.js';
import type { Curve, CurveFigure, Point } from './curve.js';
import { Filler } from './filler.js';

const SAMPLES = 100;
/** Each collects garbage first, which takes a while. */
const HEAP_SAMPLES = 10;
const [RSS, HEAP] = ['RSS MB', 'live heap MB'];
/**
 * Until then V8 lets its heap grow, the part for young objects to 128 MB: the resident memory was 314 MB after half a million
 * jobs, 319 after one, 331 after two, and 331 after four.
 */
const WARM = 2_000_000;
/** Fewer than this after it tell of that still. */
const LEAST = 600_000;
const PER_JOBS = 100_000;
/** Of a worker that kept 100 bytes of each job, both would grow by 10 MB. */
const FLAT = { [RSS]: 1, [HEAP]: 0.2 };

/** Whether anything is left behind by a job. */
export const memory: Curve = {
  name: 'memory',
  title: 'Memory of a worker process',
  about:
    'One worker process, cold at first, works off jobs that do nothing; its resident memory is read all along, and now and then what is left of its heap after a collection.',
  x: { label: 'jobs worked off', scale: 'linear' },
  panels: [
    {
      label: 'MB',
      scale: 'linear',
      lines: [
        { figure: RSS, label: 'resident memory' },
        { figure: HEAP, label: 'live heap' },
      ],
    },
  ],
  hasTable: false,
  rounds: () => 1,
  runs: (plan) => [
    {
      name: `${plan.memoryJobs.toLocaleString('en')} jobs`,
      measure: (stage) => watch(stage, plan.memoryJobs),
    },
  ],
  goals: (figures) =>
    Object.entries(FLAT).flatMap(([figure, most]) => {
      const growth = growthOf(figures.filter((one) => one.figure === figure));
      const name = `memory: growth of ${figure} per ${PER_JOBS.toLocaleString('en')} jobs after the first ${WARM.toLocaleString('en')}`;
      return growth === null ? [] : [atMost(name, growth, most)];
    }),
};

/** For each 100,000 jobs, once it is warm; null if too few were worked off after that. */
function growthOf(figures: readonly CurveFigure[]): number | null {
  const warm = figures.filter(({ x }) => x >= WARM);
  const last = Math.max(0, ...warm.map(({ x }) => x));
  return last < WARM + LEAST ? null : slope(warm.map(({ x, median }) => [x, median])) * PER_JOBS;
}

async function watch(stage: Stage, jobs: number): Promise<readonly Point[]> {
  await stage.producer.call.one();
  const filler = await Filler.open(stage.storeUrl);
  await filler.ready(jobs);
  await filler.settle();
  await filler.close();
  const [worker] = await stage.hire(1, [QUEUE]);
  const points: Point[] = [];
  const due = { rss: 0, heap: 0 };
  const sample = async (x: number): Promise<void> => {
    if (x >= due.rss) {
      points.push({ x, figures: { [RSS]: currentMemory(worker!.pid) } });
      due.rss = x + jobs / SAMPLES;
    }
    if (x >= due.heap) {
      due.heap = x + jobs / HEAP_SAMPLES;
      points.push({ x, figures: { [HEAP]: await worker!.call.liveHeap() } });
    }
  };
  const all = new Promise<void>((resolve, reject) => {
    worker!.onEvent = (event) => {
      if (event.event !== 'count') return;
      sample(event.count).catch(reject);
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
