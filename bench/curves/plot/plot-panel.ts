import type { CurveFigure, Panel } from '../curve.js';
import { linearScale, logScale, type Scale } from './scale.js';
import { showTick } from './show-tick.js';
import { LINES } from './style.js';
import { element, text } from './svg.js';

/** Where a panel lies in the picture, without the numbers beside it and the words above it. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** More points than these are drawn as a line only. */
const DOTS = 40;
const LEGEND_WIDTH = 150;

/** A panel: its axes, a line for each figure, and the spread of what was measured several times. */
export function plotPanel(panel: Panel, figures: readonly CurveFigure[], x: Scale, area: Area): string[] {
  if (panel.lines.length > LINES) throw new RangeError(`A panel has at most ${LINES} lines.`);
  const lines = panel.lines.map(({ figure }) => figures.filter((one) => one.figure === figure));
  const values = lines.flat().flatMap(({ lowest, highest }) => [lowest, highest]);
  const y = panel.scale === 'log' ? logScale(values, 'marks') : linearScale(values, 'marks');
  const place: Place = {
    x: (value) => area.left + x.at(value) * area.width,
    y: (value) => area.top + (1 - y.at(value)) * area.height,
  };
  return [
    ...axes(x, y, place, area),
    element('text', { class: 'soft', x: area.left, y: area.top - 12 }, text(panel.label)),
    ...legend(panel, area),
    ...lines.flatMap((line, index) => drawLine(line, index, place)),
  ];
}

interface Place {
  x(value: number): number;
  y(value: number): number;
}

function axes(x: Scale, y: Scale, place: Place, { left, top, width, height }: Area): string[] {
  const [right, bottom] = [left + width, top + height];
  const horizontal = y.ticks.flatMap((tick) => [
    element('path', { class: 'grid', d: `M${left} ${round(place.y(tick))}H${right}` }),
    element('text', { class: 'soft', x: left - 8, y: place.y(tick) + 4, 'text-anchor': 'end' }, text(showTick(tick))),
  ]);
  const vertical = x.ticks.flatMap((tick) => [
    element('path', { class: 'axis', d: `M${round(place.x(tick))} ${bottom}v5` }),
    element('text', { class: 'soft', x: place.x(tick), y: bottom + 19, 'text-anchor': 'middle' }, text(showTick(tick))),
  ]);
  return [...horizontal, ...vertical, ...baseline(x, left, right, bottom), ...origin(x, place, top, bottom)];
}

/** The axis below, with a gap where it is interrupted. */
function baseline({ breakAt }: Scale, left: number, right: number, bottom: number): string[] {
  if (breakAt === null) return [element('path', { class: 'axis', d: `M${left} ${bottom}H${right}` })];
  const gap = left + breakAt * (right - left);
  const mark = (at: number): string => `M${round(at - 3)} ${bottom + 5}l6 -10`;
  const d = `M${left} ${bottom}H${round(gap - 4)}M${round(gap + 4)} ${bottom}H${right}${mark(gap - 4)}${mark(gap + 4)}`;
  return [element('path', { class: 'axis', d })];
}

/** Where something began, if there is anything before it. */
function origin({ ticks }: Scale, place: Place, top: number, bottom: number): string[] {
  const isInside = ticks.includes(0) && (ticks[0] ?? 0) < 0;
  return isInside ? [element('path', { class: 'axis', d: `M${round(place.x(0))} ${bottom}V${top}` })] : [];
}

function legend({ lines }: Panel, { left, top, width }: Area): string[] {
  if (lines.length < 2) return [];
  return lines.flatMap(({ label }, index) => {
    const at = left + width - (lines.length - index) * LEGEND_WIDTH;
    return [
      element('path', { class: `line${index}`, d: `M${at} ${top - 16}h24` }),
      element('text', { class: 'ink', x: at + 32, y: top - 12 }, text(label)),
    ];
  });
}

function drawLine(line: readonly CurveFigure[], index: number, place: Place): string[] {
  const at = line.map((one) => ({ ...one, left: round(place.x(one.x)), top: round(place.y(one.median)) }));
  const path = at.map(({ left, top }, n) => `${n === 0 ? 'M' : 'L'}${left} ${top}`).join('');
  const spreads = at
    .filter(({ lowest, highest }) => highest > lowest)
    .map(({ left, lowest, highest }) => {
      const [low, high] = [round(place.y(lowest)), round(place.y(highest))];
      return element('path', {
        class: `line${index} spread`,
        d: `M${left} ${low}V${high}M${left - 4} ${low}h8M${left - 4} ${high}h8`,
      });
    });
  const dots = at.map(({ left, top }) => element('circle', { class: `dot${index}`, cx: left, cy: top, r: 3.5 }));
  return [element('path', { class: `line${index}`, d: path }), ...spreads, ...(at.length > DOTS ? [] : dots)];
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
