import { showFigure } from '../show-figures.js';
import type { ProfileResult } from './profile-report.js';

type Rows = readonly (readonly string[])[];

/** Whose functions the process was in. */
export function originTable({ origins, count }: ProfileResult, unit: string): Rows {
  const all = origins.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return [
    ['functions of', 'share', `ms per 1,000 ${unit}`],
    ...origins
      .filter(({ milliseconds }) => milliseconds >= all * 0.01)
      .map(({ origin, milliseconds }) => [
        origin,
        `${((milliseconds / all) * 100).toFixed(1)} %`,
        showFigure((milliseconds / count) * 1e3),
      ]),
  ];
}

/** What the server was asked. */
export function statementTable({ statements, count }: ProfileResult, unit: string): Rows {
  const each = (value: number): string => showFigure((value / count) * 1e3);
  return [
    [
      'statement',
      'calls',
      'rows a call',
      `ms per 1,000 ${unit}`,
      `WAL kB per 1,000 ${unit}`,
      `pages per 1,000 ${unit}`,
    ],
    ...statements.map(({ statement, calls, rows, milliseconds, walBytes, pages }) => [
      statement,
      showFigure(calls),
      showFigure(rows / calls),
      each(milliseconds),
      each(walBytes / 1e3),
      each(pages),
    ]),
  ];
}
