import type { Worker } from '../child/worker.js';
import { peakMemory } from '../machine/processes.js';
import type { Member } from '../member.js';
import type { Stage } from '../stage.js';
import { untilHandled } from './until-handled.js';
import { warmUp, warmUpOf } from './warm-up.js';
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

/**
 * Works off what waits: from the first handler that is entered, so that the start of a process is not counted, until the
 * store has nothing unfinished. Then everything must have run exactly once, and have ended. The processes have worked
 * before, so that what they run is compiled, and have stopped, so that they hold nothing when they start.
 */
export async function drain(stage: Stage, options: DrainOptions): Promise<Measured> {
  const { of, count, workers, fill } = options;
  const crew = await stage.hire(workers);
  await warmUp(stage, crew, of, fill);
  await fill(count);
  const begun = await untilHandled(stage, crew, count);
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
