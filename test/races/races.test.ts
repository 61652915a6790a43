import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TOKENS } from '../../src/container/tokens.js';
import { Rowlock } from '../support/rowlock.js';
import type { Party } from './party.js';
import { rescues } from './parties.js';
import { Theatre } from './race.js';
import { type Scene, scenes } from './scenes.js';
import { Stage } from './stage.js';

const rowlock = new Rowlock();
let theatre: Theatre;

beforeAll(async () => {
  await rowlock.open();
  const { container } = await rowlock.application();
  const stage = new Stage(rowlock, container.get(TOKENS.orchestrator));
  await stage.install();
  theatre = new Theatre(stage);
});
afterAll(() => rowlock.close());

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What passes over what another holds is done by the next look of the same, or by the next sweep. */
async function converges(scene: Scene, inTurn: readonly Party[], second: Party): Promise<void> {
  const { state } = await theatre.inTurn(scene, ...inTurn);
  if (second.skips && same(await theatre.afterwards(second), state)) return;
  const swept = await theatre.inTurn(scene, ...inTurn, rescues());
  expect(await theatre.afterwards(rescues())).toEqual(swept.state);
}

/** As if one had come after the other, to the tables and to those who were told; at every point of the first. */
async function commits(scene: Scene, first: Party, second: Party): Promise<void> {
  const inOrder = await theatre.inTurn(scene, first, second);
  const reverse = await theatre.inTurn(scene, second, first);
  const allowed = [inOrder, { state: reverse.state, told: reverse.told.toReversed() }];
  const points = await theatre.points(scene, first);
  expect(points).not.toEqual([]);
  for (const point of points) {
    const outcome = await theatre.atOnce(scene, first, point, 'commit', second);
    if (allowed.some((each) => same(each, outcome))) continue;
    // Whoever passes nothing over is told, there and then, what really was.
    if (!second.skips) expect([point, outcome.told]).toEqual([point, inOrder.told]);
    await converges(scene, [first, second], second);
  }
}

/** As if the first had never been. */
async function rollsBack(scene: Scene, first: Party, second: Party): Promise<void> {
  const alone = await theatre.inTurn(scene, second);
  const [point = ''] = await theatre.points(scene, first);
  const { state, told } = await theatre.atOnce(scene, first, point, 'rollback', second);
  if (same({ state, told }, { state: alone.state, told: [null, ...alone.told] })) return;
  if (!second.skips) expect(told).toEqual([null, ...alone.told]);
  await converges(scene, [second], second);
}

describe.each(scenes)('$name', (scene) => {
  const pairs = scene.parties
    .filter(({ comesSecond }) => !comesSecond)
    .flatMap((first) => scene.parties.map((second) => ({ first, second })));

  it.each(pairs)('$first.name, then $second.name', async ({ first, second }) => {
    await commits(scene, first, second);
    if (!first.isManyTransactions) await rollsBack(scene, first, second);
  });
});
