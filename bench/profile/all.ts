import type { Stage } from '../stage.js';
import { untilHandled } from '../workloads/until-handled.js';
import { fillWithJobs } from '../workloads/w2-drain.js';
import { fillWithPipelines } from '../workloads/w6-pipelines.js';
import { warmUp } from '../workloads/warm-up.js';
import type { Prepared, Profile } from './profile.js';

const BULK = 1_000;
const CALLERS = 16;
const WARM_UP_SECONDS = 1;
const PATIENCE_SECONDS = 60;

const singles: Profile = {
  name: 'singles',
  title: 'Enqueue, 16 callers at once',
  about: 'The process that enqueues, one job a call, as in W1.',
  unit: 'jobs',
  async prepare({ producer }, { singleSeconds }) {
    await producer.call.singles(CALLERS, WARM_UP_SECONDS);
    const { unfinished: before } = await producer.call.stored('jobs');
    return {
      member: producer,
      crew: [],
      work: async () => {
        await producer.call.singles(CALLERS, singleSeconds);
        return (await producer.call.stored('jobs')).unfinished - before;
      },
    };
  },
};

const bulk: Profile = {
  name: 'bulk',
  title: 'Enqueue in bulk',
  about: 'The process that enqueues, a thousand jobs a call, as in W1.',
  unit: 'jobs',
  async prepare({ producer }, { warmUp: before, bulkJobs }) {
    await producer.call.bulk(before, BULK);
    return { member: producer, crew: [], work: async () => (await producer.call.bulk(bulkJobs, BULK)).count };
  },
};

const drain: Profile = {
  name: 'drain',
  title: 'Work off waiting jobs',
  about: 'One worker process, as in W2.',
  unit: 'jobs',
  prepare: (stage, { jobs }) => prepareDrain(stage, 'jobs', jobs, fillWithJobs(stage)),
};

const pipelines: Profile = {
  name: 'pipelines',
  title: 'Work off pipelines of three steps',
  about: 'One worker process, as in W6.',
  unit: 'pipelines',
  prepare: (stage, plan) => prepareDrain(stage, 'pipelines', plan.pipelines, fillWithPipelines(stage)),
};

async function prepareDrain(
  stage: Stage,
  of: 'jobs' | 'pipelines',
  count: number,
  fill: (count: number) => Promise<unknown>,
): Promise<Prepared> {
  const crew = await stage.hire(1);
  const [member] = crew;
  if (!member) throw new Error('Nobody was hired.');
  await warmUp(stage, crew, of, fill);
  await fill(count);
  const work = async (): Promise<number> => {
    await untilHandled(stage, crew, count);
    await stage.producer.call.settled(of, PATIENCE_SECONDS);
    return count;
  };
  return { member, crew, work };
}

/** Every profile, in the order in which they are made. */
export const ALL_PROFILES: readonly Profile[] = [singles, bulk, drain, pipelines];
