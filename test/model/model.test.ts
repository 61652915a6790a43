import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Verb } from '../../src/core/job-state.js';
import { TRANSITIONS } from '../../src/core/job-state.js';
import { Rowlock } from '../support/rowlock.js';
import { Handlers } from './handlers.js';
import { mixes } from './mixes.js';
import { runModel } from './run-model.js';
import { System } from './system.js';

const rowlock = new Rowlock();
let system: System;

beforeAll(async () => {
  await rowlock.open();
  const handlers = new Handlers(rowlock.schema);
  system = new System(
    rowlock,
    await rowlock.application({
      handlers: handlers.classes,
      pipelines: Object.values(handlers.pipelines),
      work: false,
    }),
    handlers,
  );
  await system.install();
});
afterAll(async () => {
  await system.close();
  await rowlock.close();
});

describe('the engine', () => {
  // One test, so that the first mistake is the end of it.
  it('does what the model says, whatever the order of commands', async () => {
    const { MODEL_MIX } = process.env;
    for (const mix of mixes) if (MODEL_MIX === undefined || mix.name === MODEL_MIX) await runModel(system, mix);
  }, 3_600_000);
});

describe('the model', () => {
  /** Verbs that happen inside others: a key is passed on, or found taken. */
  const inside: readonly Verb[] = ['release', 'park'];
  const commands = readdirSync(path.join(path.dirname(fileURLToPath(import.meta.url)), 'commands'));

  it.each((Object.keys(TRANSITIONS) as Verb[]).filter((verb) => !inside.includes(verb)))(
    'knows the verb %s',
    (verb) => {
      expect(commands).toContain(`${verb}.ts`);
    },
  );
});
