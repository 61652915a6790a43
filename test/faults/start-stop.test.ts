import { expect, it } from '@jest/globals';
import { useRowlock } from '../support/rowlock.js';
import { startAndStop } from '../support/start-stop-cycles.js';

const rowlock = useRowlock();

it('F-43 a worker that starts and stops 50 times leaves no handle, listener or session', async () => {
  expect(await startAndStop(rowlock, 50)).toEqual({});
}, 120_000);
