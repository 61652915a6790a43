import type { Stage } from '../stage.js';
import type { Case, Measured, Workload } from './workload.js';

const BULK = 1_000;

/** Each call has returned before it counts: the job is committed. */
export const enqueue: Workload = {
  name: 'w1',
  title: 'Enqueue, no worker running',
  cases: (plan) => [
    singles(1),
    singles(16),
    { name: `bulk of ${BULK}`, measure: (stage) => bulk(stage, plan.bulkJobs) },
  ],
};

function singles(callers: number): Case {
  return {
    name: `single, concurrency ${callers}`,
    of: ({ variant }) => variant !== 'copy',
    async measure(stage: Stage): Promise<Measured> {
      const begun = stage.snapshot();
      const { count, seconds } = await stage.producer.call.singles(callers, stage.plan.singleSeconds);
      stage.spentSince(begun);
      return { 'jobs/s': count / seconds };
    },
  };
}

async function bulk(stage: Stage, jobs: number): Promise<Measured> {
  const { warmUp } = stage.plan;
  await stage.producer.call.bulk(warmUp, BULK);
  const begun = stage.snapshot();
  const { count, seconds } = await stage.producer.call.bulk(jobs, BULK);
  stage.spentSince(begun);
  const { unfinished } = await stage.producer.call.stored('jobs');
  if (unfinished !== jobs + warmUp)
    throw new Error(`${stage.system.name} stored ${unfinished} jobs of ${jobs + warmUp}`);
  return { 'jobs/s': count / seconds };
}
