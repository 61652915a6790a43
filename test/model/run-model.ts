import fc from 'fast-check';
import { Register } from './commands/register.js';
import { drain } from './drain.js';
import type { Mix } from './mixes.js';
import { Model } from './model.js';
import type { System } from './system.js';

/** Of all mixes together: so many take some 20 seconds. `MODEL_RUNS` asks for more. */
const RUNS = 40;
/** On a machine that is busy otherwise. */
const LONGEST_RUN_MS = 10_000;
/** A failure is not made shorter for longer than this. */
const SHRINKING_MS = 60_000;

/**
 * Draws sequences of commands and runs each against the model and the database, on empty tables; then lets everything come
 * to its end. What fails is made as short as it can be.
 *
 * `MODEL_SEED` repeats what was drawn, `MODEL_RUNS` says how many, and `MODEL_SHRINK=0` spares making the first failure
 * shorter.
 * @throws with the seed, and the shortest sequence of commands that was found to fail
 */
export async function runModel(system: System, mix: Mix): Promise<void> {
  const { MODEL_SEED, MODEL_RUNS, MODEL_SHRINK } = process.env;
  const seed = MODEL_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(MODEL_SEED);
  const numRuns = Math.ceil(mix.share * (MODEL_RUNS === undefined ? RUNS : Number(MODEL_RUNS)));
  const commands = fc.commands([mix.command], { maxCommands: mix.longest, size: 'max' });
  const property = fc.asyncProperty(commands, (sequence) => runOnce(system, sequence));
  const result = await fc.check(property, {
    seed,
    numRuns,
    endOnFailure: MODEL_SHRINK === '0',
    interruptAfterTimeLimit: numRuns * LONGEST_RUN_MS + SHRINKING_MS,
    markInterruptAsFailure: true,
  });
  const how = `MODEL_SEED=${seed}`;
  if (!result.failed)
    return console.log(`the model agreed with the database in ${result.numRuns} runs of ${mix.name} (${how})`);
  const message = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
  throw new Error(
    `run ${result.numRuns} of ${numRuns} of ${mix.name}, ${how}, made shorter ${result.numShrinks} times: ${message}`,
  );
}

async function runOnce(
  system: System,
  sequence: Parameters<typeof fc.asyncModelRun<Model, System, false, Model>>[1],
): Promise<void> {
  await system.reset();
  const model = new Model();
  try {
    await new Register(600_000).run(model, system);
    await new Register(5_000).run(model, system);
    await fc.asyncModelRun(() => ({ model, real: system }), sequence);
    await drain(model, system);
  } finally {
    await system.forget();
  }
}
