import type { Rate } from '../child/producer.js';
import type { Stage } from '../stage.js';
import { drain } from '../workloads/drain.js';
import type { Measured } from '../workloads/workload.js';
import type { Curve } from './curve.js';
import type { CurvePlan } from './curve-plan.js';

/** So that no call carries more than this. */
const CALL_BYTES = 1e6;
const CALL_JOBS = 1_000;
/** Too few would tell too little. */
const LEAST_JOBS = 200;

/** What a payload's size costs those who store it, fetch it, validate it and keep it. */
export const payload: Curve = {
  name: 'payload',
  title: 'Size of the payload',
  about:
    'Jobs that carry a text of this size, which does not compress, are enqueued in bulk and then worked off by one worker process. The text is validated on both sides and kept in the history.',
  x: { label: 'bytes of text in the payload', scale: 'log' },
  panels: [
    {
      label: 'jobs/s',
      scale: 'log',
      lines: [
        { figure: 'jobs/s', label: 'worked off' },
        { figure: 'enqueued jobs/s', label: 'enqueued' },
      ],
    },
    {
      label: 'CPU s per 1,000 jobs',
      scale: 'log',
      lines: [
        { figure: 'worker CPU s/1,000', label: 'workers' },
        { figure: 'server CPU s/1,000', label: 'PostgreSQL' },
      ],
    },
  ],
  hasTable: true,
  rounds: (plan) => plan.rounds,
  runs: (plan) =>
    plan.payloads.map((x) => {
      const count = jobsOf(plan, x);
      return {
        name: `${x.toLocaleString('en')} B`,
        plan: { textBytes: x, warmUp: Math.min(plan.warmUp, count) },
        measure: async (stage) => [{ x, figures: await enqueueAndDrain(stage, x, count) }],
      };
    }),
};

function jobsOf(plan: CurvePlan, bytes: number): number {
  return Math.max(LEAST_JOBS, Math.min(plan.jobs, Math.floor(plan.payloadBytes / bytes)));
}

async function enqueueAndDrain(stage: Stage, bytes: number, count: number): Promise<Measured> {
  const size = Math.max(1, Math.min(CALL_JOBS, Math.floor(CALL_BYTES / bytes)));
  let enqueued: Rate | undefined;
  // The warm-up is filled first.
  const fill = async (many: number): Promise<void> => void (enqueued = await stage.producer.call.bulk(many, size));
  const figures = await drain(stage, { of: 'jobs', count, workers: 1, fill });
  return { ...figures, 'enqueued jobs/s': enqueued ? enqueued.count / enqueued.seconds : NaN };
}
