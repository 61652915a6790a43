/** Places values along an axis of length 1. */
export interface Scale {
  /** @returns from 0 (where the axis begins) to 1 */
  at(value: number): number;
  /** The values that are marked, in their order. */
  readonly ticks: readonly number[];
  /** Where the axis is interrupted, because it has a zero that its scale has no place for; null: nowhere. */
  readonly breakAt: number | null;
}

/** What a scale ends at. */
export type Fit = 'values' | 'marks';

/** The room that a zero has beside a logarithmic scale. */
const ZERO_ROOM = 0.12;
const TICKS = 8;

/**
 * Equal steps; among whole numbers, whole ones.
 * @param fit whether it ends at the lowest and the highest value, or begins at zero and ends at the first mark that no value exceeds
 */
export function linearScale(values: readonly number[], fit: Fit): Scale {
  const lowest = Math.min(...values, ...(fit === 'marks' ? [0] : []));
  const highest = Math.max(...values);
  const step = stepOf(highest - lowest || Math.abs(highest) || 1, values.every(Number.isInteger));
  const first = Math.floor(lowest / step + EPSILON);
  const last = Math.max(first + 1, Math.ceil(highest / step - EPSILON));
  // Multiplied, not added up, and rounded: 3 × 0.1 is to be 0.3.
  const marks = Array.from({ length: last - first + 1 }, (_, index) => exact((first + index) * step));
  const inside = marks.filter((mark) => mark >= lowest && mark <= highest);
  const [from, to] = fit === 'marks' ? [first * step, last * step] : [lowest, highest];
  const at = (value: number): number => (to === from ? 0.5 : (value - from) / (to - from));
  return { at, ticks: fit === 'marks' ? marks : inside, breakAt: null };
}

/**
 * Equal ratios. A zero among the values has a place of its own before an interruption.
 * @param fit whether it ends at the lowest and the highest value, or at the marks around them
 * @throws RangeError for values below zero, or none above it
 */
export function logScale(values: readonly number[], fit: Fit): Scale {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0 || values.some((value) => value < 0)) {
    throw new RangeError('A logarithmic scale has values above zero only.');
  }
  const [lowest, highest] = [Math.min(...positive), Math.max(...positive)];
  const wide = highest / lowest >= 100;
  const marks = marksAround(lowest, highest, wide ? [1] : [1, 2, 5]);
  const inside = marks.filter((mark) => mark >= lowest * (1 - EPSILON) && mark <= highest * (1 + EPSILON));
  const ends = fit === 'marks' ? [marks[0]!, marks.at(-1)!] : [lowest, highest];
  const [from, to] = ends.map(Math.log10) as [number, number];
  const room = values.includes(0) ? ZERO_ROOM : 0;
  const at = (value: number): number =>
    value === 0 ? 0 : room + (1 - room) * (to === from ? 0.5 : (Math.log10(value) - from) / (to - from));
  return {
    at,
    ticks: [...(room > 0 ? [0] : []), ...(fit === 'marks' ? marks : inside)],
    breakAt: room > 0 ? room / 2 : null,
  };
}

const EPSILON = 1e-9;

/** From the last mark that is not above the lowest to the first that is not below the highest. */
function marksAround(lowest: number, highest: number, digits: readonly number[]): number[] {
  const [first, last] = [Math.floor(Math.log10(lowest)) - 1, Math.ceil(Math.log10(highest)) + 1];
  const all = Array.from({ length: last - first + 1 }, (_, index) => first + index).flatMap((exponent) =>
    digits.map((digit) => exact(digit * 10 ** exponent)),
  );
  const begin = all.findLastIndex((mark) => mark <= lowest * (1 + EPSILON));
  const end = all.findIndex((mark) => mark >= highest * (1 - EPSILON));
  return all.slice(begin, Math.max(begin + 1, end) + 1);
}

/** The next larger of 1, 2 and 5 with zeros. */
function stepOf(length: number, whole: boolean): number {
  const least = length / TICKS;
  const magnitude = 10 ** Math.floor(Math.log10(least));
  const digit = [1, 2, 5, 10].find((one) => one * magnitude >= least * (1 - EPSILON)) ?? 10;
  return whole ? Math.max(1, digit * magnitude) : digit * magnitude;
}

function exact(value: number): number {
  return Number(value.toPrecision(12));
}
