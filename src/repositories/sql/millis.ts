/** A moment as epoch milliseconds, or an interval as milliseconds: how times reach JavaScript. @param expression SQL */
export function millis(expression: string): string {
  return `(extract(epoch from ${expression}) * 1000)::float8`;
}
