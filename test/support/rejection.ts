import { inspect } from 'node:util';

/** The error that a promise is rejected with; fails if it is not. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in outcome) throw new Error(`It was not rejected, but gave: ${inspect(outcome.value)}`);
  if (outcome.error instanceof Error) return outcome.error;
  throw new Error(`It was rejected with no Error: ${String(outcome.error)}`);
}
