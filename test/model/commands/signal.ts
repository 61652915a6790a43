import fc from 'fast-check';
import { isFinal } from '../../../src/core/job-state.js';
import { DURABLE } from '../handlers.js';
import type { Model } from '../model.js';
import { type ModelJob, waitingForNothing } from '../model-job.js';
import { expectSame, ModelCommand } from '../model-command.js';
import { pick } from '../pick.js';
import type { System } from '../system.js';

/** The names of what is sent. */
export const SIGNALS = ['answer', 'other'] as const;

interface Sent {
  readonly job: number;
  readonly name: string;
  readonly isValid: boolean;
  /** Whether it is what somebody waits for, if anybody does. */
  readonly isAwaited: boolean;
}

class Signal extends ModelCommand {
  constructor(private readonly sent: Sent) {
    super();
  }

  override check(model: Model): boolean {
    return recipients(model).length > 0;
  }

  protected async perform(model: Model, system: System): Promise<string> {
    const { isValid, isAwaited } = this.sent;
    const all = recipients(model);
    const waiting = isAwaited ? all.filter((job) => awaited(job) !== null) : [];
    const job = pick(waiting.length > 0 ? waiting : all, this.sent.job);
    const name = (isAwaited ? awaited(job) : null) ?? this.sent.name;
    const n = model.nextSignal();
    const payload = { n, approved: isValid ? true : 'perhaps' };
    const isOpen = !isFinal(job.state);
    expectSame('whether it was sent', isOpen, await system.operations.signal(system.idOf(job.id), name, payload));
    if (isOpen)
      model.signals.set(`s${n}`, { id: `s${n}`, job: job.id, name, payload, sentAt: model.now, refused: false });
    const woken = awaited(job) === name;
    if (woken) wake(model, job);
    const what = `${isValid ? '' : 'invalid '}signal ${name} to ${job.id} (s${n})`;
    return `${what} → ${isOpen ? (woken ? 'woken' : 'kept') : 'too late'}`;
  }

  toString(): string {
    const { job, name, isValid } = this.sent;
    return `signal(${name} to ${job}${isValid ? '' : ', invalid'})`;
  }
}

/** Those whose handlers may wait for something; a few others would do, of which none does. */
const recipients = ({ jobs }: Model): ModelJob[] => [...jobs.values()].filter(({ name }) => name === DURABLE);

/** What a job waits for at this moment. */
const awaited = ({ state, meta }: ModelJob): string | null =>
  state === 'scheduled' ? ((meta?.['waitsFor'] as string | undefined) ?? null) : null;

/** What waited goes to the end of its queue. */
function wake(model: Model, job: ModelJob): void {
  model.move(job, 'available', { availableAt: model.now, meta: waitingForNothing(job) });
  model.queued.push({ job, group: job.id });
}

/** Somebody sends a job what its handler waits for, or will, or never does; or what is not valid. */
export const signal: fc.Arbitrary<ModelCommand> = fc
  .record({
    job: fc.nat(5),
    name: fc.constantFrom('answer', 'answer', 'other'),
    isValid: fc.nat(5).map((n) => n < 5),
    isAwaited: fc.boolean(),
  })
  .map((sent) => new Signal(sent));
