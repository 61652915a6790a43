import { setTimeout as delay } from 'node:timers/promises';
import { QUEUE } from '../adapters/adapter.js';
import type { Stage } from '../stage.js';
import type { Measured } from './workload.js';

/** What a start does is not what idling costs. */
const SETTLE_SECONDS = 3;

/** What a worker of so many queues costs while there is nothing in them. */
export async function watchIdle(stage: Stage, count: number, seconds: number): Promise<Measured> {
  const queues = Array.from({ length: count }, (_, index) => (index === 0 ? QUEUE : `${QUEUE}-${index}`));
  await stage.producer.call.close();
  const [worker] = await stage.hire(1, queues);
  await worker!.call.start(Infinity, false);
  await delay(SETTLE_SECONDS * 1e3);
  const queries = await stage.countQueries();
  const begun = stage.snapshot([worker!]);
  await delay(seconds * 1e3);
  const { workers, server, load } = stage.spentSince(begun, [worker!]);
  const asked = await queries();
  return {
    'queries/s': asked / load.seconds,
    'CPU % of a core': (workers / load.seconds) * 100,
    'server CPU % of a core': (server / load.seconds) * 100,
  };
}
