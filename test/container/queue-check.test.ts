import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Allow } from 'class-validator';
import { Container } from 'inversify';
import { rowlockModule } from '../../src/container/rowlock-module.js';
import { pipeline } from '../../src/pipelines/pipeline-builder.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import type { UnservedQueue } from '../../src/telemetry/events.js';
import { Telemetry } from '../../src/telemetry/events.js';
import { Worker } from '../../src/worker/worker.js';
import type { ApplicationOptions } from '../support/application.js';
import { useRowlock } from '../support/rowlock.js';

class Anything {
  @Allow() n?: number;
}

class Undone {
  @Allow() payload!: unknown;
}

const Fetch = defineHandler({ name: 'fetch', payload: Anything, queue: 'web', handle: () => undefined });
const Resize = defineHandler({ name: 'resize', payload: Anything, queue: 'images', handle: () => undefined });
const Undo = defineHandler({ name: 'undo', payload: Undone, queue: 'undos', handle: () => undefined });
const handlers = [Fetch, Resize, Undo];

const mixed = pipeline('mixed', { input: Anything })
  .step('page', Fetch)
  .sleep('pause', '1s')
  .each('images', Resize, () => [{}], { undo: Undo })
  .step('again', Fetch, () => ({}), { queue: 'slow' })
  .build();
/** Another version of it, and another pipeline. */
const earlier = pipeline('mixed', { input: Anything }).step('page', Fetch).build();
const other = pipeline('other', { input: Anything }).step('page', Fetch).build();
const all = { handlers, pipelines: [mixed, earlier, other], work: false } as const;

const rowlock = useRowlock();

/** What a container tells of that is made with these options, by the time that others have had their turn. */
async function told(options: ApplicationOptions): Promise<readonly UnservedQueue[]> {
  const application = await rowlock.application(options);
  await nextTurn();
  return application.events('queue.unserved');
}

describe('a container with pipelines', () => {
  it('tells of each queue of their steps and undo handlers that no worker serves, once', async () => {
    expect(await told({ ...all, worker: { queues: { images: 5 } } })).toEqual([
      { queue: 'web', steps: ['mixed.page', 'other.page'] },
      { queue: 'undos', steps: ['mixed.images'] },
      { queue: 'slow', steps: ['mixed.again'] },
    ]);
  });

  it('tells of none that its own worker would serve, nor of the queue of steps without handlers', async () => {
    // The queue that an option of a step names is that of no handler.
    expect(await told(all)).toEqual([{ queue: 'slow', steps: ['mixed.again'] }]);
    expect(await told({ ...all, worker: { queues: { web: 1, images: null, undos: null, slow: 1 } } })).toEqual([]);
  });

  it('tells of none that a living worker of another process serves', async () => {
    const { worker } = await rowlock.application({
      handlers,
      worker: { queues: { web: null, undos: null }, lease: '10m' }, // its heartbeat, which says whether it is draining, is far away
    });
    const here: ApplicationOptions = { ...all, worker: { queues: { images: null, slow: null } } };
    expect(await told(here)).toEqual([]);
    const gone = [
      { queue: 'web', steps: ['mixed.page', 'other.page'] },
      { queue: 'undos', steps: ['mixed.images'] },
    ];
    await rowlock.query('update $s.worker set draining = true');
    expect(await told(here)).toEqual(gone);
    await rowlock.query(`update $s.worker set draining = false`);
    expect(await told(here)).toEqual([]);
    await worker.stop();
    expect(await told(here)).toEqual(gone);
  });

  it('does not count a worker that has died', async () => {
    await rowlock.query(
      `insert into $s.worker (id, name, host, pid, version, queues, job_names, concurrency, started_at, heartbeat_at, lease_ms)
       values (gen_random_uuid(), 'dead', 'host', 1, '0', '{slow}', '{}', 1, now(), now() - interval '1 minute', 30000)`,
    );
    expect(await told(all)).toEqual([{ queue: 'slow', steps: ['mixed.again'] }]);
  });

  it('is meant: jobs of their own are enqueued knowingly', async () => {
    expect(await told({ handlers, work: false, worker: { queues: { web: 1 } } })).toEqual([]);
  });
});

describe('a worker that starts', () => {
  it('does so, and what has been told of is not told of again', async () => {
    const { worker, events } = await rowlock.application({ ...all, work: true });
    await worker.stop();
    await worker.start();
    expect(events('worker.start')).toHaveLength(2);
    expect(events('queue.unserved')).toEqual([{ queue: 'slow', steps: ['mixed.again'] }]);
  });

  it('tells of it in a container of the application’s own too', async () => {
    const { dataSource } = await rowlock.application();
    const container = new Container();
    const { schema } = rowlock;
    container.load(
      rowlockModule({ dataSource, schema, handlers: [Fetch], pipelines: [other], worker: { queues: {} } }),
    );
    const told: UnservedQueue[] = [];
    container.get(Telemetry).on('queue.unserved', (event) => told.push(event));
    const worker = container.get(Worker);
    await worker.start();
    await worker.stop();
    expect(told).toEqual([{ queue: 'web', steps: ['other.page'] }]);
  });
});
