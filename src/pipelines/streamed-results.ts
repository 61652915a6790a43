declare const gathered: unique symbol;

/** How the steps after a fan-out see its results: all of them as an array, or as many as they ask for at a time. */
export type ResultsAs = 'array' | 'stream';

/**
 * What callbacks see of a fan-out with `results: 'stream'`. Its results stay in the database: the handler of a later step
 * reads them with `job.results`.
 * @typeParam Item what one item returned
 */
export interface StreamedResults<Item = unknown> {
  /** How many items there were. */
  readonly count: number;
  /** For the compiler only, so that no other result is taken for it: it is not there at run time. */
  readonly [gathered]: Item;
}

/** What callbacks see of a fan-out. */
export type ResultsOf<Item, As extends ResultsAs> = As extends 'stream' ? StreamedResults<Item> : Item[];

/** The same as the output of a run has it: as the array in any case. */
export type Gathered<Result> = Result extends StreamedResults<infer Item> ? Item[] : Result;
