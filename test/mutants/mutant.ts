/** A mistake in one place of one source file, and the tests that must notice it. */
export interface Mutant {
  /** What the mistake is, in kebab case. */
  readonly name: string;
  readonly file: string;
  /** Occurs once in the file. */
  readonly find: string;
  readonly replace: string;
  /** The test file that kills it: the model, but for what takes two sessions at once. */
  readonly killedBy: string;
  /** Of that file only the tests with this in their names; all of them, if it is not given. */
  readonly only?: string;
  /** Of the model only this mix of commands; all of them, if it is not given. */
  readonly mix?: string;
}

/** The test file of the model. */
export const MODEL = 'test/model/model.test.ts';
