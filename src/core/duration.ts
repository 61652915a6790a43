import { DefinitionError } from './errors.js';

type DurationUnit = 'ms' | 's' | 'm' | 'h' | 'd' | 'w';

/**
 * A length of time: a number with a unit (`'250ms'`, `'30s'`, `'5m'`, `'1.5h'`, `'7d'`, `'2w'`).
 * A day is 24 hours. Bare numbers are refused, so that nobody has to guess between seconds and milliseconds.
 */
export type Duration = `${number}${DurationUnit}`;

const MILLISECONDS: Readonly<Record<DurationUnit, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/;

/**
 * The milliseconds in a duration.
 * @param what names the option in the error, such as `@Timeout of ScrapePage`
 * @throws DefinitionError `DURATION_INVALID`
 * @example milliseconds('5m') // 300000
 */
export function milliseconds(duration: Duration, what = 'duration'): number {
  const match = PATTERN.exec(String(duration));
  const value = match && Number(match[1]) * MILLISECONDS[match[2] as DurationUnit];
  if (value === null || !Number.isFinite(value)) {
    throw new DefinitionError(
      'DURATION_INVALID',
      `${what}: ${JSON.stringify(duration)} is no duration. Write a number and a unit: '250ms', '30s', '5m', '2h', '7d'.`,
    );
  }
  return Math.round(value);
}
