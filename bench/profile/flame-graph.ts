import { STYLE } from '../curves/plot/style.js';
import { element, text } from '../curves/plot/svg.js';
import type { Frame } from './call-tree.js';

const WIDTH = 960;
const ROW = 18;
const TOP = 34;
const LEGEND = 26;
/** Narrower boxes have no room for a word. */
const WORDY = 34;
const LETTER = 6.3;
/** The same in every picture. */
const COLOURS: Readonly<Record<string, string>> = {
  rowlock: '#f0883e',
  node: '#4493f8',
  pg: '#3fb950',
  'class-transformer': '#d2a8ff',
  'garbage collector': '#e3b341',
  others: '#8b949e',
};

/** A flame graph that hangs: callers above what they called, as wide as the time that they took. */
export function flameGraph(title: string, root: Frame): string {
  const height = TOP + depth(root) * ROW + LEGEND + 12;
  const size = { width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${height}` };
  return `${element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', ...size, role: 'img' },
    element('title', {}, text(`${title}: where the processor time of the process goes`)),
    element('style', {}, `${STYLE.trim()}\n.word { font-size: 11px; fill: #1f2328 }`),
    element('rect', { class: 'paper', width: WIDTH, height }),
    element('text', { class: 'ink', x: 8, y: 20 }, text(title)),
    ...draw(root, { left: 0, scale: WIDTH / root.milliseconds, row: 0, all: root.milliseconds }),
    ...legend(height - 14),
  )}\n`;
}

interface Place {
  readonly left: number;
  readonly row: number;
  /** Pixels a millisecond. */
  readonly scale: number;
  readonly all: number;
}

function draw(frame: Frame, place: Place): string[] {
  const { scale, row, all } = place;
  const [width, top] = [frame.milliseconds * scale, TOP + row * ROW];
  const share = ((frame.milliseconds / all) * 100).toFixed(1);
  const box = element(
    'rect',
    { x: place.left, y: top, width: Math.max(0.5, width - 0.5), height: ROW - 1, fill: colourOf(frame.origin) },
    element('title', {}, text(`${frame.name} (${frame.origin}): ${share} %`)),
  );
  let { left } = place;
  const children = frame.children.flatMap((child) => {
    const drawn = draw(child, { ...place, left, row: row + 1 });
    left += child.milliseconds * scale;
    return drawn;
  });
  return [box, ...word(frame.name, place.left, top, width), ...children];
}

function word(name: string, left: number, top: number, width: number): string[] {
  if (width < WORDY) return [];
  const room = Math.floor((width - 6) / LETTER);
  const short = name.length > room ? `${name.slice(0, room - 1)}…` : name;
  return [element('text', { class: 'word', x: left + 3, y: top + 12.5 }, text(short))];
}

function legend(top: number): string[] {
  let left = 8;
  return Object.entries(COLOURS).flatMap(([origin, fill]) => {
    const at = left;
    left += 30 + origin.length * 7;
    return [
      element('rect', { x: at, y: top - 10, width: 12, height: 12, fill }),
      element('text', { class: 'soft', x: at + 17, y: top }, text(origin)),
    ];
  });
}

/** That of the driver's packages is one. */
function colourOf(origin: string): string {
  return COLOURS[origin.replace(/^pg-.*/, 'pg')] ?? COLOURS['others'] ?? '';
}

function depth({ children }: Frame): number {
  return 1 + Math.max(0, ...children.map(depth));
}
