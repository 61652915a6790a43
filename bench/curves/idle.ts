import { atMost } from '../judge/goal.js';
import { watchIdle } from '../workloads/watch-idle.js';
import type { Curve } from './curve.js';

const QUEUES = 100;

/** One size of `queues`, watched for longer. */
export const idle: Curve = {
  name: 'idle',
  title: `An idle worker of ${QUEUES} queues`,
  about: `One worker process serves ${QUEUES} queues in which there is nothing. Queries are counted by pg_stat_statements, processor time by the kernel.`,
  x: { label: 'queues', scale: 'linear' },
  panels: [],
  hasTable: true,
  rounds: () => 1,
  runs: (plan) => [
    {
      name: `${QUEUES} queues, ${plan.idleSeconds} s`,
      measure: async (stage) => [{ x: QUEUES, figures: await watchIdle(stage, QUEUES, plan.idleSeconds) }],
    },
  ],
  goals: (figures) =>
    figures.flatMap(({ figure, median }) => {
      if (figure === 'queries/s') return [atMost(`idle, ${QUEUES} queues: ${figure}`, median, 2)];
      return figure === 'CPU % of a core' ? [atMost(`idle, ${QUEUES} queues: ${figure}`, median, 1)] : [];
    }),
};
