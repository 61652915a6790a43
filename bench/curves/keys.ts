import { drain } from '../workloads/drain.js';
import { fillWithJobs } from '../workloads/w2-drain.js';
import type { Curve } from './curve.js';
import type { CurvePlan } from './curve-plan.js';
import { JOB_PANELS } from './job-panels.js';

/** So many jobs wait for each key, until there are as many as are worked off elsewhere. */
const JOBS_PER_KEY = 500;

/** One job at a time for each key: with few keys, each job waits for another's commit. */
export const keys: Curve = {
  name: 'keys',
  title: 'Lock keys',
  about: `Every job has a lock key (\`@Lock\`), of which this many are in use in turn. With one key, all jobs run one after the other, each after the last one's commit. Up to ${JOBS_PER_KEY} jobs wait for each key.`,
  x: { label: 'different lock keys', scale: 'log' },
  panels: JOB_PANELS.map((panel) => ({ ...panel, scale: 'log' as const })),
  hasTable: true,
  rounds: (plan) => plan.rounds,
  runs: (plan) =>
    plan.keys.map((x) => {
      const count = jobsOf(plan, x);
      return {
        name: `${x.toLocaleString('en')} keys`,
        plan: { warmUp: Math.min(plan.warmUp, count) },
        system: { adapter: 'rowlock-locks', variant: String(x) },
        measure: async (stage) => [
          { x, figures: await drain(stage, { of: 'jobs', count, workers: 1, fill: fillWithJobs(stage) }) },
        ],
      };
    }),
};

function jobsOf({ jobs }: CurvePlan, count: number): number {
  return Math.max(count, Math.min(jobs, count * JOBS_PER_KEY));
}
