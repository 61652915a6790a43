import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { Verb } from '../../../src/core/job-state.js';
import { TRANSITIONS } from '../../../src/core/job-state.js';
import { Database } from '../../../src/repositories/database.js';
import { Engine } from '../../../src/engine/engine.js';
import { Telemetry, type EventName } from '../../../src/telemetry/events.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../../..');
const verbs = Object.keys(TRANSITIONS) as Verb[];

/** Two verbs are part of what makes them happen: a key is passed on, or found taken, by another verb's transaction. */
const STATEMENT: Partial<Record<Verb, string>> = { release: 'pass-lock-keys.ts', park: 'claim-jobs.ts' };

describe.each(verbs)('the verb %s', (verb) => {
  it('is a method of the engine', () => {
    const engine = new Engine(new Database({} as never, 'any'));
    expect(engine).toHaveProperty(verb);
  });

  it('has a statement that is named after it', () => {
    const statements = readdirSync(path.join(root, 'src/repositories/sql'));
    expect(statements).toContain(STATEMENT[verb] ?? `${verb}-jobs.ts`);
  });

  it('has a test that is named after it', () => {
    expect(readdirSync(here)).toContain(`${verb}.test.ts`);
  });
});

describe('the events', () => {
  it('carry every verb that a worker, a client or a leader performs on its own', () => {
    const inside: readonly Verb[] = ['park', 'release', 'reschedule', 'redrive'];
    const heard: EventName[] = [];
    const telemetry = new Telemetry();
    for (const verb of verbs.filter((each) => !inside.includes(each))) {
      const name: EventName = `job.${verb as Exclude<Verb, 'park' | 'release' | 'reschedule' | 'redrive'>}`;
      telemetry.on(name, () => heard.push(name));
      telemetry.emit(name, {} as never);
    }
    expect(heard).toHaveLength(verbs.length - inside.length);
  });
});
