import { describe, expect, it } from '@jest/globals';
import type { JobState } from '../../src/core/job-state.js';
import { isFinal, JOB_STATES, TRANSITIONS } from '../../src/core/job-state.js';

const states = Object.keys(JOB_STATES) as JobState[];
const transitions = Object.values(TRANSITIONS) as readonly {
  from: readonly JobState[];
  to: readonly JobState[];
  fenced: boolean;
}[];
const leading = (from: JobState) =>
  transitions.filter((transition) => transition.from.includes(from)).flatMap(({ to }) => to);

describe('the state machine', () => {
  it('has three final states', () => {
    expect(states.filter(isFinal)).toEqual(['completed', 'cancelled', 'discarded']);
  });

  it('reaches every state from an enqueue', () => {
    const reached = new Set<JobState>(TRANSITIONS.enqueue.to);
    for (const state of reached) for (const next of leading(state)) reached.add(next);
    expect([...reached].sort()).toEqual([...states].sort());
  });

  it('leads from every unfinished state to a final one', () => {
    for (const state of states.filter((each) => !isFinal(each))) {
      const reached = new Set<JobState>([state]);
      for (const each of reached) for (const next of leading(each)) reached.add(next);
      expect([state, [...reached].some(isFinal)]).toEqual([state, true]);
    }
  });

  it('lets nothing leave a final state but redrive and prune', () => {
    for (const [verb, { from }] of Object.entries(TRANSITIONS)) {
      if ((from as readonly JobState[]).some(isFinal)) expect(['redrive', 'prune']).toContain(verb);
    }
  });

  it('asks for the fencing token wherever a worker answers for a running job', () => {
    for (const verb of ['complete', 'retry', 'snooze', 'interrupt', 'discard'] as const) {
      expect(TRANSITIONS[verb]).toMatchObject({ from: ['running'], fenced: true });
    }
  });
});
