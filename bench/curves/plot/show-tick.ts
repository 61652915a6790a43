const PREFIXES = [
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** A number in few characters: `10k`, `2.5M`, `0.05`. */
export function showTick(value: number): string {
  const [size, prefix] = PREFIXES.find(([least]) => Math.abs(value) >= least) ?? [1, ''];
  return `${Number((value / size).toPrecision(4))}${prefix}`.replace('-', '−');
}
