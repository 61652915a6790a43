/**
 * The states of a job and the verbs that lead from one to another. This table is the only truth: the guards of the SQL
 * statements, docs/state-machine.md and the property tests are derived from it.
 */
export const JOB_STATES = {
  pending: { final: false, meaning: 'waits for another step of its run, or for its lock key' },
  scheduled: { final: false, meaning: 'becomes due at a set time' },
  available: { final: false, meaning: 'may be claimed by any worker of its queue' },
  running: { final: false, meaning: 'claimed by a worker, which holds a lease and the fencing token' },
  retryable: { final: false, meaning: 'an attempt failed; due again after its backoff' },
  completed: { final: true, meaning: 'its handler returned and the result is stored' },
  cancelled: { final: true, meaning: 'stopped on request, by a caller or by its handler' },
  discarded: { final: true, meaning: 'attempts spent, or given up by its handler: the dead letter' },
} as const;

export type JobState = keyof typeof JOB_STATES;
export type FinalJobState = { [S in JobState]: (typeof JOB_STATES)[S]['final'] extends true ? S : never }[JobState];

interface Transition {
  readonly from: readonly JobState[];
  readonly to: readonly JobState[];
  /** Whether the caller must show the fencing token of the claim. */
  readonly fenced: boolean;
  readonly meaning: string;
}

const UNFINISHED = ['pending', 'scheduled', 'available', 'running', 'retryable'] as const;
const FINAL = ['completed', 'cancelled', 'discarded'] as const;

export const TRANSITIONS = {
  enqueue: { from: [], to: ['pending', 'scheduled', 'available'], fenced: false, meaning: 'a caller adds a job' },
  release: {
    from: ['pending'],
    to: ['scheduled', 'available'],
    fenced: false,
    meaning: 'what it waited for has happened',
  },
  promote: { from: ['scheduled', 'retryable'], to: ['available'], fenced: false, meaning: 'its time has come' },
  claim: {
    from: ['available'],
    to: ['running'],
    fenced: false,
    meaning: 'a worker takes it; the attempt is counted here',
  },
  park: {
    from: ['available'],
    to: ['pending'],
    fenced: false,
    meaning: 'its lock key is held by another job; no attempt is counted',
  },
  complete: { from: ['running'], to: ['completed'], fenced: true, meaning: 'the handler returned' },
  retry: { from: ['running'], to: ['retryable'], fenced: true, meaning: 'the attempt failed and another is left' },
  snooze: {
    from: ['running'],
    to: ['scheduled'],
    fenced: true,
    meaning: 'the handler asked for later; the attempt is given back',
  },
  interrupt: {
    from: ['running'],
    to: ['available'],
    fenced: true,
    meaning: 'the worker shuts down; the attempt is given back',
  },
  discard: { from: ['running'], to: ['discarded'], fenced: true, meaning: 'attempts spent, or the handler gave up' },
  rescue: {
    from: ['running'],
    to: ['available'],
    fenced: true,
    meaning:
      'its worker died or its deadline passed; the attempt stays counted, and spent ones are discarded when claimed',
  },
  cancel: { from: UNFINISHED, to: ['cancelled'], fenced: false, meaning: 'stopped on request' },
  reschedule: {
    from: ['pending', 'scheduled', 'retryable', 'available'],
    to: ['scheduled', 'available'],
    fenced: false,
    meaning: 'a caller sets another time',
  },
  redrive: { from: FINAL, to: ['available'], fenced: false, meaning: 'a finished job is run again, provenance kept' },
  prune: { from: FINAL, to: [], fenced: false, meaning: 'retention removes it' },
} as const satisfies Record<string, Transition>;

/** The name of a transition; the same word names its engine method, its statement file, its event and its test. */
export type Verb = keyof typeof TRANSITIONS;

/** Whether a job in that state is over. */
export function isFinal(state: JobState): state is FinalJobState {
  return JOB_STATES[state].final;
}
