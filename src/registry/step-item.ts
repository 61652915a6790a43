/** An item of a fan-out that is over. */
export interface StepItem<Result = unknown> {
  /** Its place among the items that the step was given, from 0. */
  readonly item: number;
  /** In its JSON form; undefined if the item was skipped. */
  readonly result: Result | undefined;
}
