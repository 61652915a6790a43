import type { Attempt } from './attempt.js';

/** In the order that the statements' bisection asks for; of one job, the newest token last. */
export function byId<Item extends { readonly attempt: Attempt }>(items: readonly Item[]): Item[] {
  const order = (left: Item, right: Item): number =>
    left.attempt.id < right.attempt.id
      ? -1
      : left.attempt.id > right.attempt.id
        ? 1
        : Number(BigInt(left.attempt.token) - BigInt(right.attempt.token));
  return [...items].sort(order);
}
