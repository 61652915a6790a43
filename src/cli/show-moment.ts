/** A moment for people, in UTC and to the second; `-` for none. */
export function showMoment(moment: Date | null): string {
  return moment === null
    ? '-'
    : moment
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, 'Z');
}
