const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** Milliseconds as one would write them in a setting: the largest unit that leaves no rest, `90s` rather than `1.5m`. */
export function showDuration(milliseconds: number): string {
  const [unit, length] = UNITS.find(([, each]) => milliseconds >= each && milliseconds % each === 0) ?? ['ms', 1];
  return `${milliseconds / length}${unit}`;
}
