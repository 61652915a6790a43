import { describe, expect, it } from '@jest/globals';
import type { StoredRow } from '../../../examples/demo/crawl-report.js';
import { displayWidth } from '../../../examples/demo/fit-text.js';
import { failureList, resultTable, summaryLine } from '../../../examples/demo/result-table.js';

const row = (overrides: Partial<StoredRow> = {}): StoredRow => ({
  url: 'https://site.example/',
  title: 'Home',
  images: 2,
  bytesIn: 1_234_567,
  bytesOut: 9_876,
  ms: 12.6,
  ...overrides,
});

describe('the table of results', () => {
  it('has a line a page, with addresses as short as the site allows', () => {
    const rows = [
      row(),
      row({ url: 'https://site.example/about/us', title: 'About us', images: 0, bytesIn: 500, bytesOut: 0, ms: 1234 }),
      row({ url: 'https://elsewhere.example/', title: '', images: 30, bytesIn: 12_345_678, bytesOut: 999_960 }),
    ];
    expect(resultTable(rows, Infinity)).toEqual([
      'page                        title     images    bytes in → out    ms',
      '──────────────────────────  ────────  ──────  ────────────────  ────',
      '/                           Home           2   1.2 MB → 9.9 kB    13',
      '/about/us                   About us       0       500 B → 0 B  1234',
      'https://elsewhere.example/                30  12.3 MB → 1.0 MB    13',
    ]);
  });

  it.each([80, 60])('fits %i columns, whatever the addresses and titles are', (columns) => {
    const long = row({ url: `https://site.example/${'a'.repeat(300)}`, title: '灯台の光'.repeat(40) });
    const lines = resultTable([row(), long], columns);
    expect(Math.max(...lines.map(displayWidth))).toBe(columns);
    expect(lines[3]).toContain('…');
  });

  it('gives a short column what it needs and the other one the rest', () => {
    const long = 'a'.repeat(300);
    expect(resultTable([row({ title: long })], 80)[2]).toMatch(/^\/ {5}a{38,}… {2}/);
    expect(resultTable([row({ url: `https://site.example/${long}` })], 80)[2]).toMatch(/^\/a{38,}… {2}Home {3}/);
  });

  it('is cut where it becomes long', () => {
    const rows = Array.from({ length: 55 }, () => row());
    expect(resultTable(rows, 80)).toHaveLength(43);
    expect(resultTable(rows, 80).at(-1)).toBe('… and 15 more');
  });

  it('is nothing without pages', () => expect(resultTable([], 80)).toEqual([]));
});

describe('the list of failures', () => {
  it('says what it was, where, and why', () => {
    const url = 'https://site.example/missing';
    const failures = [
      { kind: 'page', url, reason: `${url}: the server answered 404.` },
      { kind: 'image', url: `${url}.png`, reason: 'The image is damaged.' },
    ] as const;
    expect(failureList(failures, 80)).toEqual([
      'page   https://site.example/missing',
      '       the server answered 404.',
      'image  https://site.example/missing.png',
      '       The image is damaged.',
    ]);
    expect(failureList(failures, 20)[1]).toBe('       the server a…');
  });

  it('is cut where it becomes long', () => {
    const failures = Array.from(
      { length: 45 },
      () => ({ kind: 'page', url: 'https://a.example/', reason: 'no' }) as const,
    );
    expect(failureList(failures, 80)).toHaveLength(81);
    expect(failureList(failures, 80).at(-1)).toBe('… and 5 more');
  });
});

describe('the last line', () => {
  it('counts pages, images and failures, and says how long it took', () => {
    const rows = Array.from({ length: 12 }, (_, index) => row({ images: index % 6 }));
    expect(summaryLine({ rows, failures: [] }, 4130)).toBe('12 pages, 30 images, 0 failed in 4.1 s (2.9 pages/s)');
    const failures = [{ kind: 'page', url: 'https://a.example/', reason: 'no' }] as const;
    expect(summaryLine({ rows: [], failures }, 2000)).toBe('0 pages, 0 images, 1 failed in 2.0 s (0.0 pages/s)');
  });
});
