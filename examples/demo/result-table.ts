import type { CrawlReport, Failure, StoredRow } from './crawl-report.js';
import { displayWidth, fitText, padText } from './fit-text.js';

/** Longer lists are cut: the rest is in the database. */
const MOST_ROWS = 40;

const HEADINGS = ['page', 'title', 'images', 'bytes in → out', 'ms'];
const GAP = '  ';

/**
 * The stored pages as lines of a table.
 * @param columns width of the terminal; the addresses and titles are shortened to it
 */
export function resultTable(rows: readonly StoredRow[], columns: number): string[] {
  if (rows.length === 0) return [];
  const origin = commonOrigin(rows);
  const cells = [HEADINGS, ...rows.slice(0, MOST_ROWS).map((row) => cellsOf(row, origin))];
  const widths = HEADINGS.map((_, column) => Math.max(...cells.map((line) => displayWidth(line[column] ?? ''))));
  const [, , ...numbers] = widths;
  const left = columns - numbers.reduce((sum, width) => sum + width + GAP.length, GAP.length);
  const texts = shareOut(left, widths[0] ?? 0, widths[1] ?? 0);
  const lines = cells.map((line) => tableLine(line, [...texts, ...numbers]));
  lines.splice(1, 0, [...texts, ...numbers].map((width) => '─'.repeat(width)).join(GAP));
  const more = rows.length - MOST_ROWS;
  return more > 0 ? [...lines, `… and ${more} more`] : lines;
}

/** The failures, a line each and one for what is behind it. */
export function failureList(failures: readonly Failure[], columns: number): string[] {
  const lines = failures.slice(0, MOST_ROWS).flatMap(({ kind, url, reason }) => {
    // Errors about a page begin with its address.
    const why = reason.startsWith(`${url}: `) ? reason.slice(url.length + 2) : reason;
    return [fitText(`${kind.padEnd(7)}${url}`, columns), `       ${fitText(why, columns - 7)}`];
  });
  const more = failures.length - MOST_ROWS;
  return more > 0 ? [...lines, `… and ${more} more`] : lines;
}

/** The last line; scripts read it, so that its form is always the same. */
export function summaryLine({ rows, failures }: CrawlReport, elapsedMs: number): string {
  const images = rows.reduce((sum, row) => sum + row.images, 0);
  const seconds = elapsedMs / 1000;
  const rate = (rows.length / seconds).toFixed(1);
  return `${rows.length} pages, ${images} images, ${failures.length} failed in ${seconds.toFixed(1)} s (${rate} pages/s)`;
}

function cellsOf({ url, title, images, bytesIn, bytesOut, ms }: StoredRow, origin: string): string[] {
  const address = url.startsWith(`${origin}/`) ? url.slice(origin.length) : url;
  const bytes = `${readableBytes(bytesIn)} → ${readableBytes(bytesOut)}`;
  return [printable(address), printable(title), String(images), bytes, String(Math.round(ms))];
}

function commonOrigin([first]: readonly StoredRow[]): string {
  return first ? new URL(first.url).origin : '';
}

function tableLine(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, column) => {
    const width = widths[column] ?? 0;
    return padText(fitText(cell, width), width, column < 2 ? 'right' : 'left');
  });
  return padded.join(GAP).trimEnd();
}

/** Both texts in full if there is room; else the shorter one in full, or each a half. */
function shareOut(columns: number, first: number, second: number): [number, number] {
  if (first + second <= columns) return [first, second];
  const half = Math.floor(columns / 2);
  if (first <= half) return [first, columns - first];
  if (second <= half) return [columns - second, second];
  return [half, columns - half];
}

function printable(text: string): string {
  return fitText(text, Infinity);
}

/** `9.4 kB`, `1.2 MB`: of a thousand, as file managers count. */
function readableBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 999_950 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB'];
  return `${value < 99.95 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}
