import { watchIdle } from '../workloads/watch-idle.js';
import type { Curve } from './curve.js';

/** What it costs to serve queues in which there is nothing. */
export const queues: Curve = {
  name: 'queues',
  title: 'Queues of an idle worker',
  about: 'One worker process serves this many queues in which there is nothing.',
  x: { label: 'queues', scale: 'log' },
  panels: [
    { label: 'queries/s', scale: 'linear', lines: [{ figure: 'queries/s', label: 'asked of PostgreSQL' }] },
    {
      label: '% of a core',
      scale: 'linear',
      lines: [
        { figure: 'CPU % of a core', label: 'worker' },
        { figure: 'server CPU % of a core', label: 'PostgreSQL' },
      ],
    },
  ],
  hasTable: true,
  rounds: () => 1,
  runs: (plan) =>
    plan.queues.map((x) => ({
      name: `${x}`,
      measure: async (stage) => [{ x, figures: await watchIdle(stage, x, plan.watchSeconds) }],
    })),
};
