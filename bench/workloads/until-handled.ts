import type { Worker } from '../child/worker.js';
import type { Snapshot } from '../machine/snapshot.js';
import type { Member } from '../member.js';
import type { Stage } from '../stage.js';
import { tooLong } from './too-long.js';

/** Lets the crew work until its handlers have been entered so often. @returns when the first was */
export async function untilHandled(
  stage: Stage,
  crew: readonly Member<Worker>[],
  count: number,
): Promise<{ at: number; snapshot: Snapshot }> {
  const counts = crew.map(() => 0);
  let first: { at: number; snapshot: Snapshot } | undefined;
  const all = new Promise<void>((resolve) => {
    crew.forEach((member, index) => {
      member.onEvent = (event) => {
        if (event.event === 'first') first ??= { at: event.at, snapshot: stage.snapshot(crew) };
        if (event.event === 'count') counts[index] = event.count;
        if (counts.reduce((sum, one) => sum + one) >= count) resolve();
      };
    });
  });
  await Promise.race([start(crew, count).then(() => all), ...crew.map(({ broken }) => broken), tooLong(count)]);
  if (!first) throw new Error('No handler told that it was entered.');
  return first;
}

async function start(crew: readonly Member<Worker>[], count: number): Promise<void> {
  await Promise.all(crew.map((member) => member.call.start(count, false)));
}
