/** The reason of a signal whose deadline passed. */
export class DeadlineExceeded extends Error {}

/**
 * Runs `work` under a signal that aborts after `timeout` milliseconds, or with the caller's own.
 * By hand, not with AbortSignal.timeout and .any: those keep a timer for the whole timeout after every call, and in
 * some Node 20 releases a combined signal can be collected as garbage before it fires.
 */
export async function withDeadline<T>(
  timeout: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer?.throwIfAborted();
  const controller = new AbortController();
  const forward = () => controller.abort(outer?.reason);
  const timer = setTimeout(
    () => controller.abort(new DeadlineExceeded(`no complete answer within ${timeout} ms`)),
    timeout,
  );
  outer?.addEventListener('abort', forward, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', forward);
  }
}
