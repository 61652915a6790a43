export type WorkerState = 'idle' | 'starting' | 'running' | 'draining' | 'stopped';

/** How a stop ended. */
export interface StopResult {
  /** True if every running job ended by itself; false if some were aborted and handed back. */
  readonly drained: boolean;
}

/** What running until a stop needs of a worker. */
export interface Stoppable {
  readonly state: WorkerState;
  /** Nothing is held, and the last claim left nothing. */
  readonly idle: boolean;
  start(): Promise<void>;
  stop(options?: { readonly timeoutMs?: number }): Promise<StopResult>;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const IDLE_CHECK_MS = 50;

/**
 * Starts a worker and waits for its end as process managers expect it: the first signal drains, also one that comes in the
 * midst of the start; the second stops at once.
 */
export async function untilStopped(worker: Stoppable, once: boolean): Promise<StopResult> {
  let signals = 0;
  let stopped: (result: Promise<StopResult>) => void = () => undefined;
  const result = new Promise<StopResult>((resolve) => (stopped = resolve));
  const onSignal = (): void => {
    signals++;
    stopped(worker.stop(signals === 1 ? {} : { timeoutMs: 0 }));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  let started = false;
  const watch = setInterval(() => {
    if (!started) return;
    if (worker.state === 'stopped') stopped(Promise.resolve({ drained: true }));
    else if (once && worker.idle) stopped(worker.stop());
  }, IDLE_CHECK_MS);
  try {
    await worker.start();
    started = true;
    return await result;
  } finally {
    clearInterval(watch);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}
