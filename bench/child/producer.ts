import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Adapter, Client, JobData, Store, Stored } from '../adapters/adapter.js';
import { now } from './clock.js';
import { Sampled } from './sampled.js';

/** How many of something in how long. */
export interface Rate {
  readonly count: number;
  readonly seconds: number;
}

/** The methods of a process that enqueues; the bench calls them by name. */
export class Producer extends Sampled {
  #client: Client | undefined;
  #text = '';
  #next = 0;
  /** Of a sustained load: how many jobs have been worked off, as the bench tells. */
  #done = 0;
  #sustaining = false;

  constructor(
    private readonly adapter: Adapter,
    private readonly store: Store,
  ) {
    super();
  }

  /** @param bytes of text in each job, which does not compress: large ones would shrink to nothing in PostgreSQL */
  async open(bytes: number): Promise<void> {
    await this.adapter.setUp(this.store);
    this.#text = randomBytes(bytes).toString('base64url').slice(0, bytes);
    this.#client = await this.adapter.openClient(this.store);
  }

  /** Enqueues one at a time, from `callers` at once, for so long. The first half second is not counted. */
  async singles(callers: number, seconds: number): Promise<Rate> {
    await this.#call(callers, 0.5);
    return this.#call(callers, seconds);
  }

  /** Enqueues so many by calls of `size`. */
  async bulk(count: number, size: number, runAt?: Date): Promise<Rate> {
    const batches = Array.from({ length: Math.ceil(count / size) }, (_, i) =>
      this.#make(Math.min(size, count - i * size)),
    );
    const begun = now();
    for (const batch of batches) await this.client.enqueueMany(batch, runAt);
    return { count, seconds: (now() - begun) / 1e3 };
  }

  /** Enqueues one. @returns when it was called */
  async one(): Promise<number> {
    const [job] = this.#make(1);
    const called = now();
    await this.client.enqueue(job!);
    return called;
  }

  /** Enqueues at a steady pace, whether earlier calls have answered or not. @returns when each was called */
  async paced(perSecond: number, seconds: number): Promise<Float64Array> {
    const called = new Float64Array(perSecond * seconds);
    const calls: Promise<unknown>[] = [];
    const begun = now();
    while (calls.length < called.length) {
      const due = Math.min(called.length, Math.floor(((now() - begun) / 1e3) * perSecond) + 1);
      while (calls.length < due) {
        const [job] = this.#make(1);
        called[calls.length] = now();
        calls.push(this.client.enqueue(job!));
      }
      await delay(1);
    }
    await Promise.all(calls);
    return called;
  }

  /** Keeps `waiting` jobs in front of the workers, until `rest`. */
  async sustain(waiting: number, size: number): Promise<number> {
    const first = this.#next;
    this.#done = 0;
    this.#sustaining = true;
    while (this.#sustaining) {
      if (this.#next - first - this.#done >= waiting) await delay(2);
      else await this.client.enqueueMany(this.#make(size));
    }
    return this.#next - first;
  }

  done(count: number): void {
    this.#done = count;
  }

  rest(): void {
    this.#sustaining = false;
  }

  async startPipelines(count: number, size: number): Promise<void> {
    for (let left = count; left > 0; left -= size) await this.client.startPipelines(this.#make(Math.min(size, left)));
  }

  /** Waits until the store has nothing unfinished. @returns when that was seen */
  async settled(of: 'jobs' | 'pipelines', seconds: number): Promise<number> {
    const deadline = now() + seconds * 1e3;
    for (;;) {
      const unfinished = (await this.client.unfinished?.(of)) ?? (await this.stored(of)).unfinished;
      const seen = now();
      if (unfinished === 0) return seen;
      if (seen > deadline) throw new Error(`${unfinished} ${of} have not ended after ${seconds} s`);
      await delay(1);
    }
  }

  stored(of: 'jobs' | 'pipelines'): Promise<Stored> {
    return of === 'jobs' ? this.client.stored() : this.client.storedPipelines();
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }

  private get client(): Client {
    if (!this.#client) throw new Error('The producer is not open.');
    return this.#client;
  }

  #make(count: number): JobData[] {
    return Array.from({ length: count }, () => ({ n: this.#next++, text: this.#text }));
  }

  async #call(callers: number, seconds: number): Promise<Rate> {
    const begun = now();
    const end = begun + seconds * 1e3;
    let count = 0;
    const caller = async (): Promise<void> => {
      while (now() < end) {
        const [job] = this.#make(1);
        await this.client.enqueue(job!);
        count++;
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
    return { count, seconds: (now() - begun) / 1e3 };
  }
}
