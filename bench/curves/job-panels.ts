import type { Panel } from './curve.js';

/** How many jobs a second, and what each costs. */
export const JOB_PANELS: readonly Panel[] = [
  { label: 'jobs/s', scale: 'linear', lines: [{ figure: 'jobs/s', label: 'worked off' }] },
  {
    label: 'CPU s per 1,000 jobs',
    scale: 'linear',
    lines: [
      { figure: 'worker CPU s/1,000', label: 'workers' },
      { figure: 'server CPU s/1,000', label: 'PostgreSQL' },
    ],
  },
];
