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
}
