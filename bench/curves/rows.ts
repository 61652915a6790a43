import type { Curve } from './curve.js';
import { JOB_PANELS } from './job-panels.js';
import { workOffAt } from './work-off-at.js';

/** A queue that has fallen far behind. */
export const rows: Curve = {
  name: 'rows',
  title: 'Ready jobs in store',
  about:
    'One worker process works off jobs (claim, handler, finish with history) while this many others wait in the same queue, due and of the same priority.',
  x: { label: 'jobs that wait behind those that are worked off', scale: 'log' },
  panels: JOB_PANELS,
  hasTable: true,
  rounds: () => 1,
  runs: (plan) => [
    {
      name: 'growing',
      measure: (stage) => workOffAt(stage, plan, plan.rows, (filler, x) => filler.ready(x + plan.jobs)),
    },
  ],
};
