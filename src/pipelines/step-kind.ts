/**
 * What a step is. `one`: a job of a handler. `each`: a job an item. `sleep`: a job that is due later, and does nothing.
 * `signal`: a job that waits for an answer from outside, and returns it.
 */
export type StepKind = 'one' | 'each' | 'sleep' | 'signal';

/** What is stored of it: whether its jobs are one or many. */
export function storedKind(kind: StepKind): 'one' | 'each' {
  return kind === 'each' ? 'each' : 'one';
}
