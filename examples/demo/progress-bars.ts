import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { fractionDone, STEPS, type CrawlProgress } from './crawl-progress.js';
import type { ProgressView } from './progress-view.js';

const REDRAW_MS = 80;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const WIDEST_BAR = 40;
/** Columns of a line beside its bar: label, percentage, counts. */
const BESIDE_BAR = 44;

/** A bar for each step, drawn over and over in the same lines of a terminal. */
export class ProgressBars implements ProgressView {
  readonly #started = performance.now();
  readonly #timer: NodeJS.Timeout;
  #drawn = 0;

  constructor(
    private readonly terminal: WriteStream,
    private readonly progress: () => CrawlProgress,
  ) {
    this.#draw();
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#draw();
  }

  #draw(): void {
    const progress = this.progress();
    const lines = [...STEPS.map((step) => this.#bar(progress, step)), this.#note(progress)];
    // All in one write: in several, a slow terminal would flicker.
    this.terminal.cork();
    if (this.#drawn > 0) moveCursor(this.terminal, 0, -this.#drawn);
    cursorTo(this.terminal, 0);
    clearScreenDown(this.terminal);
    this.terminal.write(`${lines.join('\n')}\n`);
    this.terminal.uncork();
    this.#drawn = lines.length;
  }

  #bar(progress: CrawlProgress, { name, label }: (typeof STEPS)[number]): string {
    const fraction = fractionDone(progress, name);
    const { done, total } = progress[name];
    const width = Math.max(8, Math.min(WIDEST_BAR, (this.terminal.columns || 80) - BESIDE_BAR));
    const eighths = Math.round(fraction * width * 8);
    const filled = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
    const rest = '░'.repeat(width - filled.length);
    const percent = `${Math.floor(fraction * 100)} %`.padStart(6);
    const color = fraction === 1 ? 'green' : 'cyan';
    const more = name === 'images' && fractionDone(progress, 'page') < 1 ? ' so far' : '';
    const bar = this.#style(color, filled) + this.#style('gray', rest);
    return `  ${label.padEnd(15)}${bar}${percent}  ${done}/${total}${more}`;
  }

  #note({ retrying, failed }: CrawlProgress): string {
    const seconds = `${((performance.now() - this.#started) / 1000).toFixed(1)} s`;
    const waiting = retrying === 0 ? '' : ` · ${retrying} to be tried again`;
    return this.#style('gray', `  ${seconds}${failed === 0 ? '' : ` · ${failed} failed`}${waiting}`);
  }

  #style(format: 'green' | 'cyan' | 'gray', text: string): string {
    return styleText(format, text, { stream: this.terminal });
  }
}
