import type { Curve, CurveFigure } from '../curve.js';
import { plotPanel } from './plot-panel.js';
import { linearScale, logScale } from './scale.js';
import { STYLE } from './style.js';
import { element, text } from './svg.js';

const WIDTH = 720;
const MARGIN = { left: 64, right: 32, top: 36, bottom: 56 };
const PANEL_HEIGHT = 190;
const BETWEEN = 72;

/** The picture of a curve as an SVG file: its panels one below the other, with the same axis below each. */
export function plotCurve(
  { title, x, panels }: Pick<Curve, 'title' | 'x' | 'panels'>,
  figures: readonly CurveFigure[],
): string {
  const places = figures.map((one) => one.x);
  const scale = x.scale === 'log' ? logScale(places, 'values') : linearScale(places, 'values');
  const width = WIDTH - MARGIN.left - MARGIN.right;
  const height = MARGIN.top + panels.length * (PANEL_HEIGHT + BETWEEN) - BETWEEN + MARGIN.bottom;
  const drawn = panels.flatMap((panel, index) => {
    const top = MARGIN.top + index * (PANEL_HEIGHT + BETWEEN);
    return plotPanel(panel, figures, scale, { left: MARGIN.left, top, width, height: PANEL_HEIGHT });
  });
  const label = element(
    'text',
    { class: 'soft', x: MARGIN.left + width / 2, y: height - 14, 'text-anchor': 'middle' },
    text(x.label),
  );
  const size = { width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${height}` };
  return `${element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', ...size, role: 'img' },
    element('title', {}, text(`${title}: ${panels.map((panel) => panel.label).join(', ')}`)),
    element('style', {}, STYLE.trim()),
    element('rect', { class: 'paper', width: WIDTH, height }),
    ...drawn,
    label,
  )}\n`;
}
