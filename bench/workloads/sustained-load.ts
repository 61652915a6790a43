import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from '../child/worker.js';
import type { Member } from '../member.js';
import type { Stage } from '../stage.js';

const WAITING = 10_000;
const BULK = 1_000;
const WARM_UP_SECONDS = 3;

/** A worker that always has jobs in front of it, since a process enqueues as many as it works off. */
export class SustainedLoad {
  /** Jobs whose handler was entered so far. */
  count = 0;
  readonly #produced: Promise<number>;

  private constructor(
    private readonly stage: Stage,
    readonly worker: Member<Worker>,
  ) {
    worker.onEvent = (event) => {
      if (event.event !== 'count') return;
      this.count = event.count;
      // A producer that is gone is noticed by those who wait for it.
      stage.producer.call.done(event.count).catch(() => undefined);
    };
    this.#produced = stage.producer.call.sustain(WAITING, BULK);
    this.#produced.catch(() => undefined);
  }

  /** Begins, and lets it run warm. */
  static async begin(stage: Stage): Promise<SustainedLoad> {
    const [worker] = await stage.hire(1);
    await worker!.call.start(Infinity, false);
    const load = new SustainedLoad(stage, worker!);
    await delay(WARM_UP_SECONDS * 1e3);
    return load;
  }

  /** Jobs a second in the next seconds. */
  async rate(seconds: number): Promise<number> {
    const [before, begun] = [this.count, this.stage.snapshot([this.worker])];
    await delay(seconds * 1e3);
    return (this.count - before) / this.stage.spentSince(begun, [this.worker]).load.seconds;
  }

  /** Ends it, and makes sure that all that was enqueued has run once. */
  async end(): Promise<void> {
    const { producer, system } = this.stage;
    await producer.call.rest();
    const produced = await this.#produced;
    await producer.call.settled('jobs', 60);
    if (this.count < produced) await delay(50);
    if (this.count !== produced) throw new Error(`${system.name}: ${this.count} of ${produced} jobs ran.`);
  }
}
