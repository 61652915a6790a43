/** Values by name, in a line: `concurrency 100, pool 16`. */
export function nameValues(values: object): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
