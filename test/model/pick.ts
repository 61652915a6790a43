/** One of a list, by a number that means the same when a counterexample is shrunk: 0 is the newest. */
export function pick<T>(list: readonly T[], number: number): T {
  const item = list[list.length - 1 - (number % list.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

/** Several of a list, none twice. */
export function pickSome<T>(list: readonly T[], numbers: readonly number[]): T[] {
  return [...new Set(numbers.map((number) => pick(list, number)))];
}
