import type { Seen } from './reach-in.js';

/** A claim of a job as its worker remembers it: what the worker believes, which may have ceased to be true long ago. */
export interface ModelAttempt {
  /** Such as `a3`: the third claim. */
  readonly id: string;
  readonly job: string;
  readonly name: string;
  readonly token: number;
  readonly worker: string;
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Why it was told to stop. */
  aborted: { readonly code: 'LEASE_LOST' | 'ATTEMPT_CANCELLED'; readonly reason: string } | null;
  /** Whether its outcome was stored or refused: a worker asks no more about it. */
  ended: boolean;
  /** How many checkpoints its handler has come past. */
  place: number;
  /** What was recorded when it first looked. */
  seen: ReadonlyMap<number, Seen> | null;
  /** Whether its handler has asked for checkpoints. */
  hasCheckpoints: boolean;
  /** Set when it is to end, and go on later. */
  suspension: { readonly delayMs: number; readonly reason: string; readonly waitsFor: string | null } | null;
}

/** An attempt that has just begun, or is begun once more by somebody who thinks that it is his. */
export const UNBEGUN = {
  place: 0,
  seen: null,
  hasCheckpoints: false,
  suspension: null,
} as const satisfies Partial<ModelAttempt>;
