import type { Plan } from '../plan.js';
import type { Stage } from '../stage.js';
import { drain } from './drain.js';
import type { Measured, Workload } from './workload.js';

const STARTED_AT_ONCE = 250;

/** Starts pipelines. */
export const fillWithPipelines = (stage: Stage) => (count: number) =>
  stage.producer.call.startPipelines(count, STARTED_AT_ONCE);

/** Three steps, each handing its output to the next, by each system's own means; all are started before the worker is. */
export const pipelines: Workload = {
  name: 'w6',
  title: 'Three-step pipelines with one worker process',
  cases: (plan) => [{ name: `${plan.pipelines.toLocaleString('en')} pipelines`, measure: (stage) => run(stage, plan) }],
};

function run(stage: Stage, plan: Plan): Promise<Measured> {
  const count = stage.system.kind === 'workflow' ? plan.slowPipelines : plan.pipelines;
  return drain(stage, { of: 'pipelines', count, workers: 1, fill: fillWithPipelines(stage) });
}
