/** A step as the model knows it: what it waits for, and what becomes of its failure. */
export interface ModelPipelineStep {
  readonly name: string;
  readonly after: readonly string[];
  /** Whether it runs, by the number that the run was given. */
  readonly when: (n: number) => boolean;
  readonly onFailure: 'fail' | 'skip' | { readonly substitute: StepResult };
  readonly undo: boolean;
}

/** What each step returns: how often it was tried. */
export interface StepResult {
  readonly attempt: number;
}

const step = (
  name: string,
  after: readonly string[],
  { when = () => true, onFailure = 'fail', undo = false }: Partial<ModelPipelineStep> = {},
): ModelPipelineStep => ({ name, after, when, onFailure, undo });

export const isEven = (n: number): boolean => n % 2 === 0;
export const SUBSTITUTE: StepResult = { attempt: 77 };

/** The shapes that runs have in the model: each ends with one step that comes after all others. */
export const SHAPES: Readonly<Record<string, readonly ModelPipelineStep[]>> = {
  chain: [step('a', []), step('b', ['a']), step('c', ['b'])],
  fork: [step('a', []), step('b', ['a']), step('c', ['a']), step('d', ['b', 'c'])],
  choice: [step('a', []), step('b', ['a'], { when: isEven }), step('c', ['b'])],
  lenient: [
    step('a', []),
    step('b', ['a'], { onFailure: { substitute: SUBSTITUTE } }),
    step('c', ['b'], { onFailure: 'skip' }),
    step('d', ['c']),
  ],
  trip: [
    step('a', [], { undo: true }),
    step('b', ['a'], { undo: true }),
    step('c', ['a'], { undo: true }),
    step('d', ['b', 'c'], { undo: true }),
  ],
};
