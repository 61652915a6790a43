import type { Curve } from './curve.js';
import { JOB_PANELS } from './job-panels.js';
import { workOffAt } from './work-off-at.js';

/** What ended jobs, which are kept for a week, cost those that come after them. */
export const history: Curve = {
  name: 'history',
  title: 'Jobs in the history',
  about:
    'One worker process works off jobs while this many that have ended are kept, spread over the seven days of the default retention.',
  x: { label: 'ended jobs in store', scale: 'log' },
  panels: JOB_PANELS,
  hasTable: true,
  rounds: () => 1,
  runs: (plan) => [
    {
      name: 'growing',
      measure: (stage) =>
        workOffAt(stage, plan, plan.history, async (filler, x) => {
          await filler.history(x);
          await filler.ready(2 * plan.jobs);
        }),
    },
  ],
};
