/** A result longer than this is not remembered; and so much of all results is. */
const CHARACTERS = { each: 4_000, all: 8_000_000 };

interface KnownRun {
  readonly results: Map<string, string>;
  characters: number;
}

/**
 * What single steps returned, and by the name of `input` what the run was given, as JSON, of runs that this process moves on:
 * a worker that runs one step of a run often runs the next, and need not read what it has just written. Results never
 * change, so what is here is true; what is not here is read. The runs that were not met for the longest time are forgotten.
 */
export class KnownResults {
  readonly #runs = new Map<string, KnownRun>();
  #characters = 0;

  remember(runId: string, step: string, result: string): void {
    if (result.length > CHARACTERS.each) return;
    const run = this.#runs.get(runId) ?? { results: new Map<string, string>(), characters: 0 };
    this.#runs.delete(runId);
    this.#runs.set(runId, run);
    run.results.set(step, result);
    run.characters += result.length;
    this.#characters += result.length;
    for (const oldest of this.#runs.keys()) {
      if (this.#characters <= CHARACTERS.all) break;
      this.forget(oldest);
    }
  }

  forget(runId: string): void {
    this.#characters -= this.#runs.get(runId)?.characters ?? 0;
    this.#runs.delete(runId);
  }

  has(runId: string, name: string): boolean {
    return this.#runs.get(runId)?.results.has(name) ?? false;
  }

  /**
   * What is known of a run, and one result more, for a callback: each as a new value when it is read.
   * @param before the steps of which it may read, that one among them
   */
  reader(runId: string, before: readonly string[], step: string, result: string): ResultReader {
    return new ResultReader(this.#runs.get(runId)?.results, before, step, result);
  }

  /** The results of all of these steps, each time as new values; null if one of them is not known. */
  of(runId: string, steps: readonly string[]): Record<string, unknown> | null {
    const known = this.#runs.get(runId)?.results;
    const results: Record<string, unknown> = {};
    for (const step of steps) {
      const text = known?.get(step);
      if (text === undefined) return null;
      results[step] = JSON.parse(text);
    }
    return results;
  }
}

/** Results for a callback. What it reads that is not known, or not for it to see, is undefined, and noted. */
export class ResultReader {
  /** Whether something was read that is not known. */
  missed = false;
  readonly values: Record<string, unknown>;

  constructor(known: ReadonlyMap<string, string> | undefined, before: readonly string[], step: string, result: string) {
    const miss = (): undefined => void (this.missed = true);
    const read = (_: object, name: string | symbol): unknown => {
      const isSeen = name === 'input' || before.includes(String(name));
      const text = name === step ? result : isSeen ? known?.get(String(name)) : undefined;
      return text === undefined ? miss() : JSON.parse(text);
    };
    const look = (): never[] => {
      this.missed = true; // at all that there is, of which some may not be known
      return [];
    };
    this.values = new Proxy({}, { get: read, ownKeys: look, has: () => look().length > 0 });
  }
}
