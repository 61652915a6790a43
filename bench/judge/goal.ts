/** A goal of the project, and whether the run has met it. */
export interface Goal {
  readonly name: string;
  readonly ratio: number;
  /** The bound: the least, or for names that say "at most" the most. */
  readonly goal: number;
  readonly met: boolean;
}

/** Met when `ratio` is at least the bound. */
export function atLeast(name: string, ratio: number, goal: number): Goal {
  return { name: `${name}: at least ${goal}`, ratio, goal, met: ratio >= goal };
}

/** Met when `ratio` is at most the bound. */
export function atMost(name: string, ratio: number, goal: number): Goal {
  return { name: `${name}: at most ${goal}`, ratio, goal, met: ratio <= goal };
}
