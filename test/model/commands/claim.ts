import fc from 'fast-check';
import { PRIORITY } from '../../../src/core/limits.js';
import type { ClaimedRow } from '../../../src/repositories/sql/claim-jobs.js';
import type { ClaimRange } from '../../../src/worker/floors.js';
import { claimIn, DEFAULT_TIMEOUT_MS, SLACK_MS, type Wanted } from '../claim-in.js';
import { QUEUES } from '../draft.js';
import { NAMES } from '../handlers.js';
import type { Model } from '../model.js';
import { UNBEGUN } from '../model-attempt.js';
import { expectSame, ModelCommand, ModelMismatch } from '../model-command.js';
import { pick } from '../pick.js';
import type { System } from '../system.js';

/** Where the claim looks: everywhere, or from the worker's floors, having found little before (idle) or much. */
type Look = 'everywhere' | 'idle' | 'busy';

interface Arguments {
  readonly worker: number;
  /** Whether it may be a worker that has lost its lease and does not know it yet. */
  readonly late?: boolean;
  readonly look: Look;
  readonly limit: number;
  readonly room: number;
  readonly names: readonly string[];
  /** Whether the worker knows the pipelines. */
  readonly pipelines: boolean;
}

const EVERYWHERE = new Array<number>(PRIORITY.last + 1).fill(0);

export class Claim extends ModelCommand {
  constructor(private readonly arguments_: Arguments) {
    super();
  }

  override check({ workers }: Model): boolean {
    return workers.size > 0;
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const { look, limit, room, names, pipelines } = this.arguments_;
    const workers = [...model.workers.values()];
    const alive = workers.filter(({ heartbeatAt, leaseMs }) => heartbeatAt + leaseMs > model.now);
    const { id: worker } = pick(this.arguments_.late || alive.length === 0 ? workers : alive, this.arguments_.worker);
    const { floors, batches } = system.memoryOf(worker);
    const range: ClaimRange =
      look === 'everywhere'
        ? { floorsOf: () => EVERYWHERE, from: 0, to: 0, whole: true }
        : floors.next(look === 'idle', model.now);
    checkFloors(model, worker, range, look);
    const emptied = batches.takeEmptied();
    for (const token of emptied) model.claims.delete(Number(token));
    const wanted: Wanted = { worker, limit, room, names, pipelines, range };
    const expected = claimIn(model, wanted);
    const answer = await system.engine.claim(system.session, {
      workerId: system.idOf(worker), workerName: 'a worker', names, pipelines: pipelines ? system.handlers.pipelineKeys : [], limit, defaultTimeoutMs: DEFAULT_TIMEOUT_MS,
      slackMs: SLACK_MS, emptied, behind: { from: range.from, to: range.to },
      queues: QUEUES.map((name) => ({ name, room, floors: range.floorsOf(name) })),
    }); // prettier-ignore
    expectSame(
      'the jobs claimed',
      expected.jobs.map(({ id }) => id),
      answer.rows.map(({ id }) => system.nameOf(id)),
    );
    expectSame('the number of jobs parked', expected.parked.length, answer.parked);
    expected.hold(tokenOf(model, answer.rows));
    batches.add(answer.rows);
    const full = answer.rows.length + answer.parked >= limit || answer.parked > 0;
    floors.learn(range, answer.rows, full, 0, model.now);
    if (full) model.raiseFloors(worker, expected.jobs);
    for (const [n, row] of answer.rows.entries()) remember(model, system, worker, row, expected.jobs[n]?.id ?? '');
    const parked = expected.parked.length === 0 ? '' : `, parked ${expected.parked.map(({ id }) => id).join(' ')}`;
    return `${worker} claims ${look} at most ${limit} → ${held(model, answer.rows.length)}${parked}`;
  }

  toString(): string {
    const { worker, look, limit, room } = this.arguments_;
    return `claim(${worker}, ${look}, at most ${limit}, ${room} of a queue)`;
  }
}

/** A floor must not lie above the place where the last full claim began, and an idle claim must look at all that is there. */
function checkFloors(model: Model, worker: string, range: ClaimRange, look: Look): void {
  for (const queue of QUEUES) {
    const bounds = model.floorsOf(worker, queue);
    range.floorsOf(queue).forEach((floor, priority) => {
      if (floor > (bounds[priority] ?? 0))
        throw new ModelMismatch(`the floor of ${queue} is ${floor}, above ${bounds[priority]}`);
    });
  }
  const highest = Math.max(...QUEUES.flatMap((queue) => range.floorsOf(queue)));
  if (look === 'idle' && (range.from > 0 || range.to < highest))
    throw new ModelMismatch('an idle claim should look everywhere, and does not');
}

function tokenOf(model: Model, rows: readonly ClaimedRow[]): number {
  const tokens = [...new Set(rows.map(({ token }) => Number(token)))];
  if (tokens.length > 1) throw new ModelMismatch(`one claim has several tokens: ${tokens.join(', ')}`);
  const [token = model.lastToken] = tokens;
  if (tokens.length === 1 && token <= model.lastToken)
    throw new ModelMismatch(`the token ${token} is not larger than all before it`);
  model.lastToken = token;
  return token;
}

function remember(model: Model, system: System, worker: string, row: ClaimedRow, job: string): void {
  const owned = model.jobs.get(job);
  const { name, attempt, maxAttempts, timeoutMs, lockKey, payload, tags, waitMs } = row;
  expectSame(
    `what the worker is told of ${job}`,
    owned && {
      name: owned.name, attempt: owned.attempt, maxAttempts: owned.maxAttempts, lockKey: owned.lockKey, payload: owned.payload,
      timeoutMs: owned.timeoutMs ?? DEFAULT_TIMEOUT_MS, tags: owned.tags.length > 0 ? owned.tags : null,
      waitMs: model.now - (owned.availableAt ?? 0), run: owned.run, step: owned.step,
    },
    {
      name, attempt, maxAttempts, lockKey, payload, timeoutMs, tags, waitMs: Math.round(waitMs ?? -1),
      run: row.runId === null ? null : system.nameOf(row.runId), step: row.step,
    },
  ); // prettier-ignore
  const id = `a${model.attempts.length + 1}`;
  const token = Number(row.token);
  model.attempts.push({ ...UNBEGUN, id, job, name, token, worker, attempt, maxAttempts, aborted: null, ended: false });
  system.remember(id, row);
}

const held = (model: Model, count: number): string =>
  model.attempts
    .slice(model.attempts.length - count)
    .map(({ id, job, token, attempt }) => `${job} (${id}, token ${token}, attempt ${attempt})`)
    .join(' ') || 'none';

/** A worker takes jobs. */
export const claim: fc.Arbitrary<ModelCommand> = fc
  .record({
    worker: fc.nat(5),
    late: fc.nat(5).map((n) => n === 5),
    look: fc.constantFrom<Look>('everywhere', 'idle', 'busy'),
    limit: fc.constantFrom(5, 1, 2),
    room: fc.constantFrom(5, 2, 1),
    names: fc.constantFrom(NAMES, NAMES, ['greet']),
    pipelines: fc.nat(5).map((n) => n < 5),
  })
  .map((chosen) => new Claim(chosen));
