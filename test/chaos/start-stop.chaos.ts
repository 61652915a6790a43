import { expect, it } from '@jest/globals';
import { useRowlock } from '../support/rowlock.js';
import { startAndStop } from '../support/start-stop-cycles.js';

const rowlock = useRowlock();

it('F-43 a worker that starts and stops 1,000 times leaves no handle, listener or session', async () => {
  expect(await startAndStop(rowlock, 1_000)).toEqual({});
}, 1_200_000);
