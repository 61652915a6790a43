import { type Profiler, Session } from 'node:inspector/promises';

/** Often enough for a second's work, and seldom enough to cost a few per cent. */
const INTERVAL_US = 500;

/** A process whose work can be looked into, by the bench that calls its methods. */
export class Sampled {
  #session: Session | undefined;

  /** Begins to note, twice a millisecond, what the process is doing. */
  async beginSampling(): Promise<void> {
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
    await session.post('Profiler.start');
    this.#session = session;
  }

  /** @returns what was noted, as V8 has it */
  async endSampling(): Promise<Profiler.Profile> {
    if (!this.#session) throw new Error('Nothing is being sampled.');
    const { profile } = await this.#session.post('Profiler.stop');
    this.#session.disconnect();
    this.#session = undefined;
    return profile;
  }
}
