/** What an attempt has recorded on its way, or a wait that has not ended. */
export interface ModelCheckpoint {
  readonly job: string;
  /** From 1 on, in the order in which the handler comes past. */
  readonly place: number;
  readonly name: string;
  readonly createdAt: number;
  /** `timeout`: a signal that did not come in time. */
  kind: 'step' | 'sleep' | 'signal' | 'timeout';
  /** Of a signal that has not come, null. */
  result: unknown;
  /** When a sleep or a wait is over; null for steps. */
  readonly dueAt: number | null;
}

/** Something sent to a job that no attempt has taken. */
export interface ModelSignal {
  /** Such as `s2`: the second that was sent; its payload has the number. */
  readonly id: string;
  readonly job: string;
  readonly name: string;
  readonly payload: { readonly n: number; readonly approved: unknown };
  readonly sentAt: number;
  /** Whether a handler has looked at it, and its payload was not valid. */
  refused: boolean;
}

/** What a handler asks for at its next place. */
export type Ask =
  | { readonly kind: 'step'; readonly name: string }
  | { readonly kind: 'sleep'; readonly name: string; readonly ms: number }
  | { readonly kind: 'signal'; readonly name: string; readonly timeoutMs: number };

/** What becomes of it: the handler goes on, its attempt is to end and go on later, or it is thrown at. */
export type Reached = { readonly gives: unknown } | { readonly suspends: string } | { readonly throws: string };
