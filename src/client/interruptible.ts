/**
 * An async generator whose `return()` ends it at once, also in the midst of a wait: a generator of itself first waits for
 * what it is waiting for.
 */
export function interruptible<T>(
  generate: (signal: AbortSignal) => AsyncGenerator<T, undefined>,
): AsyncIterableIterator<T> {
  const stop = new AbortController();
  const values = generate(stop.signal);
  return {
    next: () => values.next(),
    return: () => {
      stop.abort();
      return values.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
