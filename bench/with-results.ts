/** Those of which there is a result, each with it, in the order of all. */
export function withResults<One extends { readonly name: string }, Result extends { readonly name: string }>(
  all: readonly One[],
  results: readonly Result[],
): (readonly [One, Result])[] {
  return all.flatMap((one) => {
    const result = results.find(({ name }) => name === one.name);
    return result ? [[one, result] as const] : [];
  });
}
