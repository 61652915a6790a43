import type { Writable } from 'node:stream';
import { fractionDone, STEPS, type CrawlProgress } from './crawl-progress.js';
import type { ProgressView } from './progress-view.js';

const LOOK_MS = 50;

/** A line for each tenth of each step, for output that is not a terminal. */
export class ProgressLines implements ProgressView {
  readonly #timer: NodeJS.Timeout;
  readonly #tenths = new Map<string, number>();

  constructor(
    private readonly output: Writable,
    private readonly progress: () => CrawlProgress,
  ) {
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#look();
  }

  #look(): void {
    const progress = this.progress();
    for (const { name, label } of STEPS) {
      // New pages may take back what was done of all; a tenth that was told stays told.
      const tenths = Math.floor(fractionDone(progress, name) * 10 + 1e-9);
      if (tenths <= (this.#tenths.get(name) ?? 0)) continue;
      this.#tenths.set(name, tenths);
      const { done, total } = progress[name];
      this.output.write(`${label.padEnd(15)}${`${tenths * 10} %`.padStart(6)}  ${done} of ${total}\n`);
    }
  }
}
