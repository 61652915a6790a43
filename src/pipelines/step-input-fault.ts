/** A step cannot begin, because a callback of it or what that made is no good. */
export class StepInputFault {
  constructor(
    readonly step: string,
    readonly item: number | null,
    /** In words that follow the names of pipeline, step and item. */
    readonly problem: string,
    readonly cause?: unknown,
  ) {}
}

export function kindOf(value: unknown): string {
  return value === null ? 'null' : value === undefined ? 'nothing' : `a value of type ${typeof value}`;
}

export function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
