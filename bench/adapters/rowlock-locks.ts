/** Rowlock as the adapter `rowlock` runs it, with a lock key for every job: the variant says how many different ones. */
import type * as Rowlock from 'rowlock';
import { DataSource } from 'typeorm';
import { loadRowlock } from '../rowlock-build.js';
import {
  QUEUE,
  type Adapter,
  type Client,
  type Consumer,
  type ConsumerOptions,
  type OpenAdapter,
  type Store,
} from './adapter.js';
import { open as openRowlock, WorkPayload } from './rowlock.js';

/** The handler of the application, with as many keys as the variant says. */
function handlerOf({ JobHandler, Lock }: typeof Rowlock, keys: number, onJob: (n: number) => void) {
  @JobHandler({ name: 'work-alone', payload: WorkPayload, queue: QUEUE })
  @Lock(({ n }: WorkPayload) => `key:${n % keys}`)
  class WorkAlone implements Rowlock.Handler<WorkPayload> {
    handle({ n }: WorkPayload): void {
      onJob(n);
    }
  }
  return WorkAlone;
}

/** Enqueues by itself, and asks the plain adapter's client what is stored. */
async function openClient(rowlock: typeof Rowlock, plain: Adapter, keys: number, store: Store): Promise<Client> {
  const handler = handlerOf(rowlock, keys, () => undefined);
  const dataSource = new DataSource({ type: 'postgres', url: store.url, poolSize: 16 });
  const container = await rowlock.createContainer({ dataSource, handlers: [handler] });
  const jobs = container.get(rowlock.Jobs);
  const client = await plain.openClient(store);
  return {
    enqueue: ({ n, text }) => jobs.enqueue(handler, { n, text }),
    enqueueMany: (data, runAt) => jobs.enqueueMany(handler, data, runAt ? { runAt } : {}),
    startPipelines: () => Promise.reject(new Error('No pipeline has a lock key.')),
    stored: () => client.stored(),
    storedPipelines: () => client.storedPipelines(),
    ...(client.unfinished && { unfinished: client.unfinished.bind(client) }),
    async close() {
      await client.close();
      await dataSource.destroy();
    },
  };
}

async function openConsumer(
  rowlock: typeof Rowlock,
  keys: number,
  store: Store,
  { onJob, queues }: ConsumerOptions,
): Promise<Consumer> {
  const dataSource = new DataSource({ type: 'postgres', url: store.url, poolSize: 10 });
  const handlers = [handlerOf(rowlock, keys, onJob)];
  const worker = { concurrency: 100, queues: Object.fromEntries(queues.map((queue) => [queue, null])) };
  const container = await rowlock.createContainer({ dataSource, handlers, worker });
  const started = container.get(rowlock.Worker);
  return {
    start: () => started.start(),
    async stop() {
      await started.stop();
      await dataSource.destroy();
    },
  };
}

/** @throws RangeError if the variant is no number of keys */
export const open: OpenAdapter = async (options): Promise<Adapter> => {
  const keys = Number(options.variant);
  if (!Number.isInteger(keys) || keys < 1) throw new RangeError(`Not a number of keys: ${options.variant}`);
  const rowlock = await loadRowlock(options.rowlock);
  const plain = await openRowlock(options);
  return {
    settings: plain.settings,
    setUp: (store) => plain.setUp(store),
    openClient: (store) => openClient(rowlock, plain, keys, store),
    openConsumer: (store, consumer) => openConsumer(rowlock, keys, store, consumer),
  };
};
