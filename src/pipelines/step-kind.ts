/**
 * What a step is. `one`: a job of a handler. `each`: a job an item. `sleep`: a job that is due later, and does nothing.
 * `signal`: a job that waits for an answer from outside, and returns it. `approve`: the same, answered by a person.
 * `run`: a job that runs another pipeline, and returns its output.
 */
export type StepKind = 'one' | 'each' | 'sleep' | 'signal' | 'approve' | 'run';

/** Whether its jobs are those of a user's handler, and not of one of Rowlock's own. */
export function isOfHandler(kind: StepKind): boolean {
  return kind === 'one' || kind === 'each';
}

/** What is stored of it: whether its jobs are one or many. */
export function storedKind(kind: StepKind): 'one' | 'each' {
  return kind === 'each' ? 'each' : 'one';
}
