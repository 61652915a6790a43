/** What the machine did while something was measured. */
export interface Load {
  readonly seconds: number;
  readonly processors: number;
  /** Processor seconds of the whole machine, steal included. */
  readonly busy: number;
  /** Processor seconds of the bench, the system under measure and its server. */
  readonly ours: number;
}

/** More than this share of the machine for others makes a figure worthless. */
export const TOLERATED_SHARE = 0.08;
/** The kernel counts in hundredths for each process, and writes our pages back in threads of its own. */
const BLUR_SECONDS = 0.1;

/** The share of the machine that others had, from 0 to 1. */
export function foreignShare({ seconds, processors, busy, ours }: Load): number {
  const foreign = Math.max(0, busy - ours - BLUR_SECONDS);
  return seconds > 0 ? Math.min(1, foreign / (seconds * processors)) : 0;
}
