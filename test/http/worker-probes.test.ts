import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Migrator } from '../../src/container/migrator.js';
import { SchemaVersionError } from '../../src/core/errors.js';
import { WorkerProbes } from '../../src/http/worker-probes.js';
import type { WorkerHealth } from '../../src/worker/worker.js';
import { createTestSchema, type TestSchema } from '../support/database.js';

let health: WorkerHealth;

beforeEach(() => {
  health = { state: 'running', sinceClaimMs: 10, running: 0, waiting: 0, listening: true };
});

const worker = {
  get state() {
    return health.state;
  },
  health: () => health,
};

/** A database whose answer is known; the real one is asked below. */
const database = (answer: () => Promise<void>) => new WorkerProbes(worker, { check: answer }, 2);
const there = () => Promise.resolve();
const away = () => Promise.reject(new SchemaVersionError('rowlock', 'missing', 'nothing is there'));

describe('readyz', () => {
  let test: TestSchema;
  beforeEach(async () => {
    test = await createTestSchema();
  });
  afterEach(() => test.drop());

  it('asks the database itself: a schema of the right version, or not', async () => {
    const migrator = new Migrator(test.options(), test.name);
    const missing = await new WorkerProbes(worker, migrator, 2).readyz();
    expect(missing).toEqual({
      ok: false,
      detail: expect.objectContaining({ database: 'failed', code: 'SCHEMA_VERSION' }),
    });
    await migrator.up();
    const idle = await new WorkerProbes(worker, migrator, 2).readyz();
    expect(idle).toEqual({
      ok: true,
      detail: { state: 'running', running: 0, waiting: 0, listening: true, database: 'ok' },
    });
  });

  it('is not while the worker starts or drains', async () => {
    for (const state of ['starting', 'draining', 'stopped'] as const) {
      health = { ...health, state };
      expect(await database(there).readyz()).toEqual({ ok: false, detail: expect.objectContaining({ state }) });
    }
  });

  it('answers probes that come at once by one look', async () => {
    let looks = 0;
    const probes = database(async () => {
      looks++;
    });
    await Promise.all([probes.readyz(), probes.readyz(), probes.readyz()]);
    expect(looks).toBe(1);
  });

  it('does not wait for ever for a database that does not answer', async () => {
    const answer = await database(() => new Promise(() => undefined)).readyz();
    expect(answer).toEqual({ ok: false, detail: expect.objectContaining({ code: 'DATABASE_UNREACHABLE' }) });
  });
});

describe('livez', () => {
  const quiet = { sinceClaimMs: 61_000 };

  it('is alive while the claim loop turns', async () => {
    expect(await database(there).livez()).toEqual({
      ok: true,
      detail: { state: 'running', running: 0, waiting: 0, since_claim_ms: 10 },
    });
  });

  it('is not if the claim loop stands still for no reason', async () => {
    health = { ...health, ...quiet };
    expect(await database(there).livez()).toMatchObject({ ok: false, detail: { since_claim_ms: 61_000 } });
  });

  it.each([
    ['every slot is taken', { ...quiet, running: 2 }, there],
    ['the database is away', quiet, away],
    ['the worker drains', { ...quiet, state: 'draining' as const }, there],
  ])('is, if it stands still because %s', async (_, change, answer) => {
    health = { ...health, ...change };
    expect(await database(answer).livez()).toMatchObject({ ok: true });
  });
});
