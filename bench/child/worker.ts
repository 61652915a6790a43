import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Adapter, Consumer, Store } from '../adapters/adapter.js';
import { now } from './clock.js';
import { Sampled } from './sampled.js';

/** What a worker process tells the bench. */
export type WorkerEvent =
  | { readonly event: 'first'; readonly at: number }
  | { readonly event: 'count'; readonly count: number }
  | { readonly event: 'entered'; readonly n: number; readonly at: number };

const TELL_MS = 5;

/** The methods of a process that works jobs off; the bench calls them by name. */
export class Worker extends Sampled {
  #consumer: Consumer | undefined;
  #entered = new Float64Array(1_024);
  #begun = false;
  #count = 0;
  #expected = Infinity;
  #tellsEach = false;
  #teller: NodeJS.Timeout | undefined;

  constructor(
    private readonly adapter: Adapter,
    private readonly store: Store,
    private readonly tell: (event: WorkerEvent) => void,
  ) {
    super();
  }

  async open(queues: readonly string[]): Promise<void> {
    const hear = (n: number): void => this.#hear(n);
    const onFirstStep = (): void => this.#begin();
    this.#consumer = await this.adapter.openConsumer(this.store, {
      queues,
      onJob: hear,
      onPipeline: hear,
      onFirstStep,
    });
  }

  /**
   * Begins to work. @param expected how many there are, which is told at once
   * @param tellsEach whether every job is told
   */
  async start(expected: number, tellsEach: boolean): Promise<void> {
    this.#expected = expected;
    this.#tellsEach = tellsEach;
    await this.#consumer?.start();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#teller);
    await this.#consumer?.stop();
  }

  /** Ends what it did, and is ready as at first. */
  async reopen(queues: readonly string[]): Promise<void> {
    await this.stop();
    this.#entered.fill(0);
    this.#begun = false;
    this.#count = 0;
    this.#teller = undefined;
    await this.open(queues);
  }

  /** Megabytes of JavaScript objects that something still refers to. It takes as long as a full collection does. */
  liveHeap(): number {
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    return process.memoryUsage().heapUsed / 2 ** 20;
  }

  /** When the handler of each job was entered, by the job's number; 0 for those that were not here. */
  entered(): Float64Array {
    return this.#entered;
  }

  #hear(n: number): void {
    const at = now();
    if (n >= this.#entered.length) this.#grow(n);
    this.#entered[n] = at;
    this.#begin(at);
    this.#count++;
    if (this.#tellsEach) this.tell({ event: 'entered', n, at });
    if (this.#count === this.#expected) this.#tellCount();
    else this.#teller ??= setTimeout(() => this.#tellCount(), TELL_MS);
  }

  #begin(at = now()): void {
    if (this.#begun) return;
    this.#begun = true;
    this.tell({ event: 'first', at });
  }

  #grow(n: number): void {
    const larger = new Float64Array(Math.max(n + 1, this.#entered.length * 2));
    larger.set(this.#entered);
    this.#entered = larger;
  }

  #tellCount(): void {
    clearTimeout(this.#teller);
    this.#teller = undefined;
    this.tell({ event: 'count', count: this.#count });
  }
}
