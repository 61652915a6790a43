import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { DuplicateJobError } from '../../../src/core/errors.js';
import type { NewJob } from '../../../src/engine/new-job.js';
import type { Draft } from '../draft.js';
import { describeDraft, draft, draftedJob, durableDraft, keyedDraft } from '../draft.js';
import type { Model } from '../model.js';
import { expectSame, ModelCommand } from '../model-command.js';
import { enqueueIn, type Enqueued } from '../enqueue-in.js';
import { pick } from '../pick.js';
import type { System } from '../system.js';

class Enqueue extends ModelCommand {
  constructor(
    private readonly drafts: readonly Draft[],
    private readonly inCallersTransaction: boolean,
  ) {
    super();
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const drafts = this.drafts.map((each) => ({ id: model.nextJobId(), draft: each }));
    const jobs = drafts.map(({ id, draft: each }) => {
      system.introduce(id, uuid());
      return draftedJob(system.idOf(id), each, (fromNow) => system.dateOf(model.now + fromNow));
    });
    const expected = enqueueIn(model, drafts, this.inCallersTransaction);
    expectSame('the answer', expected, await this.#write(system, jobs));
    return `${String(this)} as ${drafts.map(({ id }) => id).join(' ')}${told(expected)}`;
  }

  async #write(system: System, jobs: readonly NewJob[]): Promise<Enqueued> {
    const named = (pairs: Iterable<readonly [string, string]>): [string, string][] =>
      [...pairs].map(([id, holder]): [string, string] => [system.nameOf(id), system.nameOf(holder)]).sort();
    const refused = (error: unknown): Enqueued => {
      if (!(error instanceof DuplicateJobError)) throw error;
      return { rejected: true, holders: named([['the job', error.existingId]]) };
    };
    const accepted = (holders: ReadonlyMap<string, string>): Enqueued => ({ rejected: false, holders: named(holders) });
    if (!this.inCallersTransaction) return system.writer.write(jobs, {}).then(accepted, refused);
    return system.dataSource.transaction((manager) => system.writer.write(jobs, { manager }).then(accepted, refused));
  }

  toString(): string {
    const where = this.inCallersTransaction ? " in the caller's transaction" : '';
    return `enqueue(${this.drafts.map(describeDraft).join('; ')})${where}`;
  }
}

const told = ({ rejected, holders }: Enqueued): string =>
  holders.length === 0
    ? ''
    : `, ${rejected ? 'rejected' : 'refused'}: ${holders.map(([id, by]) => `${id} by ${by}`).join(', ')}`;

/** A caller whose first answer was lost enqueues a job once more, under the id that it had chosen. */
class EnqueueAgain extends ModelCommand {
  constructor(
    private readonly job: number,
    private readonly drafted: Draft,
  ) {
    super();
  }

  override check({ jobs }: Model): boolean {
    return jobs.size > 0;
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const { id } = pick([...model.jobs.values()], this.job);
    const job = draftedJob(system.idOf(id), this.drafted, (fromNow) => system.dateOf(model.now + fromNow));
    const holders = await system.writer.write([job], { id: job.id });
    expectSame(
      'who is there',
      [[id, id]],
      [...holders].map((pair) => pair.map((each) => system.nameOf(each))),
    );
    return `enqueue(${describeDraft(this.drafted)}) as ${id} again: it is there`;
  }

  toString(): string {
    return `enqueue(${this.job} again)`;
  }
}

const enqueueing = (drafted: fc.Arbitrary<Draft>): fc.Arbitrary<ModelCommand> =>
  fc
    .tuple(fc.array(drafted, { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([drafts, inTransaction]) => new Enqueue(drafts, inTransaction));
const again = fc.tuple(fc.nat(9), draft).map(([job, drafted]) => new EnqueueAgain(job, drafted));

/** A caller adds jobs: due or later, with unique keys or without, in a transaction of its own or not; one of them twice. */
export const enqueue: fc.Arbitrary<ModelCommand> = fc.oneof(
  { weight: 12, arbitrary: enqueueing(draft) },
  { weight: 1, arbitrary: again },
);

/** A caller adds jobs whose handlers ask for checkpoints. */
export const enqueueDurable: fc.Arbitrary<ModelCommand> = enqueueing(durableDraft);

/** A caller adds jobs with unique keys, which may be taken. */
export const enqueueKeyed: fc.Arbitrary<ModelCommand> = enqueueing(keyedDraft);
