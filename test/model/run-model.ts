import fc from 'fast-check';
import { allCommands } from './all-commands.js';
import { Register } from './commands/register.js';
import { drain } from './drain.js';
import { Model } from './model.js';
import type { System } from './system.js';

/** So many runs take some 20 seconds. `MODEL_RUNS` asks for more. */
const RUNS = 60;
const COMMANDS = 120;

/**
 * Draws sequences of commands and runs each against the model and the database, on empty tables; then lets everything come
 * to its end. What fails is made as short as it can be.
 *
 * `MODEL_SEED` repeats a run (with `MODEL_PATH`, its counterexample alone), `MODEL_RUNS` says how many, and
 * `MODEL_SHRINK=0` spares making the first failure shorter.
 * @throws with the seed, and the shortest sequence of commands that was found to fail
 */
export async function runModel(system: System): Promise<void> {
  const { MODEL_SEED, MODEL_RUNS, MODEL_SHRINK, MODEL_PATH } = process.env;
  const seed = MODEL_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(MODEL_SEED);
  const numRuns = MODEL_RUNS === undefined ? RUNS : Number(MODEL_RUNS);
  const commands = fc.commands([allCommands], { maxCommands: COMMANDS, size: 'max', disableReplayLog: false });
  const property = fc.asyncProperty(commands, (sequence) => runOnce(system, sequence));
  const result = await fc.check(property, {
    seed,
    numRuns,
    endOnFailure: MODEL_SHRINK === '0',
    ...(MODEL_PATH === undefined ? {} : { path: MODEL_PATH }),
  });
  const how = `MODEL_SEED=${seed} MODEL_RUNS=${numRuns}`;
  if (!result.failed) return console.log(`the model agreed with the database in ${result.numRuns} runs (${how})`);
  const message = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
  throw new Error(`run ${result.numRuns} of ${how}, made shorter ${result.numShrinks} times: ${message}`);
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
