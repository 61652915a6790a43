import { beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import { fractionDone, type CrawlProgress } from '../../../examples/demo/crawl-progress.js';
import { displayWidth } from '../../../examples/demo/fit-text.js';
import { ProgressBars } from '../../../examples/demo/progress-bars.js';
import { ProgressLines } from '../../../examples/demo/progress-lines.js';
import { eventually } from '../../support/eventually.js';

const progress = (page: string, images: string, stored: string, rest: Partial<CrawlProgress> = {}): CrawlProgress => {
  const [pageCount, imageCount, storedCount] = [page, images, stored].map((count) => {
    const [done = 0, total = 0] = count.split('/').map(Number);
    return { done, total };
  });
  const none = { done: 0, total: 0 };
  return {
    page: pageCount ?? none,
    images: imageCount ?? none,
    stored: storedCount ?? none,
    retrying: 0,
    failed: 0,
    ...rest,
  };
};

let output: PassThrough & { columns?: number; isTTY?: boolean };
let written: string;

beforeEach(() => {
  written = '';
  output = new PassThrough();
  output.on('data', (chunk: Buffer) => (written += chunk.toString()));
});

describe('how much of a step is done', () => {
  it.each([
    ['1/8', '0/2', '0/8', [0.125, 0, 0]],
    ['4/8', '2/4', '1/8', [0.5, 0.25, 0.125]],
    ['8/8', '0/0', '0/8', [1, 1, 0]],
    ['0/1', '0/0', '0/1', [0, 0, 0]],
    ['2/2', '5/4', '2/2', [1, 1, 1]],
  ])('pages %s, images %s, stored %s', (page, images, stored, fractions) => {
    const now = progress(page, images, stored);
    expect([fractionDone(now, 'page'), fractionDone(now, 'images'), fractionDone(now, 'stored')]).toEqual(fractions);
  });
});

describe('progress as lines', () => {
  it('has one for each tenth, and none twice when the crawl finds more', async () => {
    let now = progress('0/1', '0/0', '0/1');
    const view = new ProgressLines(output, () => now);
    for (const next of [
      progress('1/8', '0/2', '0/8'),
      progress('4/8', '2/4', '1/8'),
      progress('4/10', '2/4', '1/10'),
    ]) {
      const before = written;
      now = next;
      if (next.page.total === 8) await eventually('the tenths are told', () => written !== before);
    }
    now = progress('10/10', '9/9', '10/10');
    view.close();
    expect(written.trimEnd().split('\n')).toEqual([
      'scrape pages     10 %  1 of 8',
      'scrape pages     50 %  4 of 8',
      'process images   20 %  2 of 4',
      'store pages      10 %  1 of 8',
      'scrape pages    100 %  10 of 10',
      'process images  100 %  9 of 9',
      'store pages     100 %  10 of 10',
    ]);
  });
});

describe('progress as bars', () => {
  beforeEach(() => void Object.assign(output, { isTTY: true, columns: 80 }));

  const draw = (now: CrawlProgress): string[] => {
    new ProgressBars(output as unknown as WriteStream, () => now).close();
    return lastDrawing(written);
  };

  it('shows a bar a step, and what went wrong', () => {
    const lines = draw(progress('4/8', '2/4', '8/8', { retrying: 1, failed: 2 }));
    expect(lines[0]).toMatch(/^ {2}scrape pages +█{18}░{18} {2}50 % {2}4\/8$/);
    expect(lines[1]).toMatch(/^ {2}process images █{9}░{27} {2}25 % {2}2\/4 so far$/);
    expect(lines[2]).toMatch(/^ {2}store pages +█{36} 100 % {2}8\/8$/);
    expect(lines[3]).toMatch(/0\.\d s · 2 failed · 1 to be tried again$/);
  });

  it('draws over itself', () => {
    draw(progress('4/8', '2/4', '8/8'));
    expect(written.split('\u001b[4A')).toHaveLength(2);
  });

  it.each([80, 60, 200])('keeps within %i columns', (columns) => {
    output.columns = columns;
    const lines = draw(progress('9999/10000', '12345/23456', '9999/10000'));
    expect(Math.max(...lines.map(displayWidth))).toBeLessThan(columns);
  });

  // Node reads the variable when it styles, and jest keeps its environment from it.
  it.each([
    [{}, true],
    [{ NO_COLOR: '1' }, false],
  ])('with %j in the environment, is in colour: %p', (variables, coloured) => {
    const program = `
      const { ProgressBars } = await import('./examples/demo/progress-bars.ts');
      const { WriteStream } = await import('node:tty');
      const { getColorDepth } = WriteStream.prototype;
      const count = { done: 1, total: 2 };
      Object.assign(process.stdout, { isTTY: true, columns: 80, getColorDepth });
      new ProgressBars(process.stdout, () => ({ page: count, images: count, stored: count, retrying: 0, failed: 0 })).close();`;
    const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      // Nothing else of ours: on a build server, CI=true alone takes the colours away.
      env: { PATH: process.env['PATH'], TERM: 'xterm-256color', ...variables },
      encoding: 'utf8',
    });
    expect(stdout).toContain('50 %');
    expect(stdout.includes('\u001b[36m')).toBe(coloured);
  });
});

function lastDrawing(text: string): string[] {
  const [last = ''] = text.split('\u001b[0J').slice(-1);
  return stripVTControlCharacters(last).trimEnd().split('\n');
}
