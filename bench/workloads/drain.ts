import { QUEUE } from '../adapters/adapter.js';
import type { Worker } from '../child/worker.js';
import { peakMemory } from '../machine/processes.js';
import type { Snapshot } from '../machine/snapshot.js';
import type { Member } from '../member.js';
import type { Stage } from '../stage.js';
import type { Measured } from './workload.js';

/** What is to be worked off. */
export interface DrainOptions {
  readonly of: 'jobs' | 'pipelines';
  readonly count: number;
  /** Processes that work. */
  readonly workers: number;
  /** Adds so many, all of which wait when it is over. */
  readonly fill: (count: number) => Promise<unknown>;
  /** How many have ended before, whether the store still has them or not. */
  readonly endedBefore?: number;
}

/** How many are worked off before what is measured; none by workflow engines, which wait for the database, and cannot begin twice. */
export function warmUpOf({ system, plan }: Stage, workers: number): number {
  return system.kind === 'workflow' ? 0 : workers * plan.warmUp;
}

const LIMIT_SECONDS = 300;

/**
 * Works off what waits: from the first handler that is entered, so that the start of a process is not counted, until the
 * store has nothing unfinished. Then everything must have run exactly once, and have ended. The processes have worked
 * before, so that what they run is compiled, and have stopped, so that they hold nothing when they start.
 */
export async function drain(stage: Stage, options: DrainOptions): Promise<Measured> {
  const { of, count, workers, fill } = options;
  const crew = await stage.hire(workers);
  await warmUp(stage, crew, options);
  await fill(count);
  const begun = await handled(stage, crew, count);
  const ended = await stage.producer.call.settled(of, 60);
  const usage = stage.spentSince(begun.snapshot, crew);
  await verify(stage, crew, options);
  const memory = Math.max(...crew.map(({ pid }) => peakMemory(pid)));
  await stage.dismiss(crew);
  return {
    [`${of}/s`]: count / ((ended - begun.at) / 1e3),
    'worker CPU s/1,000': (usage.workers / count) * 1_000,
    'server CPU s/1,000': (usage.server / count) * 1_000,
    'peak RSS MB': memory,
  };
}

async function warmUp(
  stage: Stage,
  crew: readonly Member<Worker>[],
  { of, workers, fill }: DrainOptions,
): Promise<void> {
  const count = warmUpOf(stage, workers);
  if (count === 0) return;
  await fill(count);
  await handled(stage, crew, count);
  await stage.producer.call.settled(of, 60);
  await Promise.all(crew.map((member) => member.call.reopen([QUEUE])));
}

/** Lets the crew work until its handlers have been entered so often. @returns when the first was */
async function handled(
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

function tooLong(count: number): Promise<never> {
  return new Promise((_, reject) => {
    const error = new Error(`${count} handlers were not entered within ${LIMIT_SECONDS} s.`);
    setTimeout(() => reject(error), LIMIT_SECONDS * 1e3).unref();
  });
}

async function verify(stage: Stage, crew: readonly Member<Worker>[], options: DrainOptions): Promise<void> {
  const { of, count, workers } = options;
  const endedBefore = (options.endedBefore ?? 0) + warmUpOf(stage, workers);
  const { unfinished, finished } = await stage.producer.call.stored(of);
  const entered = await Promise.all(crew.map((member) => member.call.entered()));
  const ran = entered.reduce((sum, times) => sum + times.reduce((runs, at) => runs + (at > 0 ? 1 : 0), 0), 0);
  if (unfinished === 0 && (finished === null || finished === count + endedBefore) && ran === count) return;
  throw new Error(
    `${stage.system.name}: of ${count} ${of}, ${ran} ran, ${finished} are stored as ended and ${unfinished} as not.`,
  );
}
