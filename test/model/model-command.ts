import { isDeepStrictEqual } from 'node:util';
import type fc from 'fast-check';
import { differences, show } from './differences.js';
import { violations } from './invariants.js';
import type { Model } from './model.js';
import { stateOfModel } from './state-of-model.js';
import type { State } from './state.js';
import type { System } from './system.js';

/** The database is not as the model says; the message says how it came to that. */
export class ModelMismatch extends Error {
  override readonly name = 'ModelMismatch';
}

/**
 * A verb with its arguments. Each is one file in `commands/`: it does to the model what the documentation says, and to the
 * database what the verb's caller does, and compares the answers; the tables are compared after each.
 */
export abstract class ModelCommand implements fc.AsyncCommand<Model, System> {
  /** Whether there is something to do it to. */
  check(_model: Readonly<Model>): boolean {
    return true;
  }

  /** @returns what was done, in the model's names, for the counterexample */
  protected abstract perform(model: Model, system: System): Promise<string>;

  async run(model: Model, system: System): Promise<void> {
    system.trace.push(String(this));
    try {
      const done = await this.perform(model, system);
      system.trace[system.trace.length - 1] = done;
      await system.runs.idle();
      await verify(model, system);
    } catch (error) {
      const steps = system.trace.map((line, n) => `  ${n + 1}. ${line}`);
      const message = error instanceof Error ? error.message : String(error);
      throw new ModelMismatch(`after\n${steps.join('\n')}\n${message}`, { cause: error });
    }
  }

  abstract toString(): string;
}

/** Answers must be the same, in whatever form they come. */
export function expectSame(what: string, model: unknown, database: unknown): void {
  if (isDeepStrictEqual(model, database)) return;
  throw new ModelMismatch(`${what} should be ${show(model)}, and is ${show(database)}`);
}

async function verify(model: Model, system: System): Promise<void> {
  const state = await system.state();
  const wrong = [...learnPositions(model, state), ...differences(stateOfModel(model), state), ...violations(model)];
  for (const error of system.takeErrors()) wrong.push(`an error behind the scenes: ${String(error)}`);
  if (wrong.length > 0) throw new ModelMismatch(wrong.join('\n'));
}

/** Which numbers a sequence gives is its own business; that they put what comes later behind what was there is not. */
function learnPositions(model: Model, state: State): string[] {
  const wrong: string[] = [];
  const before = model.lastSeq;
  const last = new Map<string, number>();
  for (const { job, group } of model.queued.splice(0)) {
    const seq = state.job.get(job.id)?.['seq'];
    if (typeof seq !== 'number') continue;
    if (seq <= before) wrong.push(`job ${job.id} should be behind all that was queued before, and is not`);
    if (seq <= (last.get(group) ?? 0))
      wrong.push(`job ${job.id} should be behind the others of its command, and is not`);
    last.set(group, seq);
    job.seq = seq;
    model.lastSeq = Math.max(model.lastSeq, seq);
  }
  return wrong;
}
