/** The reason of a signal whose deadline passed. */
export class DeadlineExceeded extends Error {}

/**
 * Runs `work` under a signal that aborts after `timeout` milliseconds, or with the caller's own, and rejects with its
 * reason at once, even if `work` cannot: undici heeds no signal while it resolves a name, connects, or queues a request.
 *
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
  const forward = (): void => controller.abort(outer?.reason);
  const expire = (): void => controller.abort(new DeadlineExceeded(`no complete answer within ${timeout} ms`));
  const aborted = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error), { once: true });
  });
  const timer = setTimeout(expire, timeout);
  outer?.addEventListener('abort', forward, { once: true });
  try {
    return await Promise.race([work(controller.signal), aborted]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', forward);
  }
}
