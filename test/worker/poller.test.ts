import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Engine } from '../../src/engine/engine.js';
import { defineHandler } from '../../src/registry/define-handler.js';
import { NoPayload } from '../../src/registry/no-payload.js';
import { eventually } from '../support/eventually.js';
import { useRowlock } from '../support/rowlock.js';

const rowlock = useRowlock();
const nothing = defineHandler({ name: 'nothing', payload: NoPayload, handle: () => undefined });

describe('a worker whose queue has become empty', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('looks everywhere once, and then waits to be woken', async () => {
    const { jobs, worker, events } = await rowlock.application({ handlers: [nothing], worker: { concurrency: 100 } });
    const claim = jest.spyOn(Engine.prototype, 'claim');
    for (let round = 1; round <= 5; round++) {
      await jobs.enqueueMany(nothing, new Array(1_000).fill({}));
      await eventually('all is done', () => worker.idle && events('job.complete').length === round * 1_000);
    }
    const answers = await Promise.all(claim.mock.results.map(({ value }) => value as ReturnType<Engine['claim']>));
    const empty = answers.filter(({ rows }) => rows.length === 0).length;
    // One or two that end a round, and one for each time that the worker is told of something.
    expect(empty).toBeLessThan(50);
  });
});
