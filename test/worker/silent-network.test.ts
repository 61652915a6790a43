import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defineHandler } from '../../src/registry/define-handler.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import { Partitions } from '../../src/scheduler/partitions.js';
import { eventually } from '../support/eventually.js';
import { useRowlock } from '../support/rowlock.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

const rowlock = useRowlock();
const echo = defineHandler({ name: 'echo', payload: NoPayload, handle: () => 'done' });

describe('a network that has lost every connection, and says nothing', () => {
  let network: TcpProxy;
  beforeEach(async () => {
    network = await startTcpProxy(rowlock.url);
  });
  afterEach(() => network.close());

  it('F-6 costs a worker its lease; it gives its connections up, works on with others, and can be stopped', async () => {
    // As in a migrated database: whoever makes them has a lock that keeps others waiting when the network loses him.
    await new Partitions(rowlock.database).ensure();
    const { url } = network;
    const { worker, event, events } = await rowlock.application({ url, handlers: [echo], worker: { lease: '1s' } });
    const { jobs } = await rowlock.application();
    const { id: firstId } = worker;
    network.silent = true;
    await event('worker.lapse');
    network.silent = false; // whatever was on its way is lost for good
    const { id } = await jobs.enqueue(echo, {});
    await eventually('the worker has another id', () => worker.id !== null && worker.id !== firstId, {
      timeout: 20_000,
    });
    expect(await jobs.handle(id).result({ timeout: '10s' })).toBe('done');
    expect(await worker.stop()).toEqual({ drained: true });
    expect(events('worker.lapse')).toHaveLength(1);
  }, 60_000);

  it('F-6 costs an outcome that it has swallowed some seconds, and nobody a lease', async () => {
    const swallowing = defineHandler({
      name: 'swallowing',
      payload: NoPayload,
      // The heartbeat, which is asked each ten seconds, notices nothing.
      handle: () => {
        network.silent = true;
        return 'done';
      },
    });
    const { url } = network;
    const { events } = await rowlock.application({ url, handlers: [swallowing] });
    const { jobs } = await rowlock.application({ handlers: [swallowing], work: false });
    const { id } = await jobs.enqueue(swallowing, {});
    await eventually('the outcome is lost', () => network.swallowed > 0);
    network.silent = false;
    expect(await jobs.handle(id).result({ timeout: '30s' })).toBe('done');
    expect(events('worker.lapse')).toEqual([]);
  }, 60_000);
});
