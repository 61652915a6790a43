export type WorkerState = 'idle' | 'starting' | 'running' | 'draining' | 'stopped';

/** How a stop ended. */
export interface StopResult {
  /** True if every running job ended by itself; false if some were aborted and handed back. */
  readonly drained: boolean;
}

/** What a shutdown needs of a worker. */
export interface Stoppable {
  readonly state: WorkerState;
  /** Nothing is held, and the last claim left nothing. */
  readonly idle: boolean;
  stop(options?: { readonly timeoutMs?: number }): Promise<StopResult>;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const IDLE_CHECK_MS = 50;

/** Waits for the end of a worker as process managers expect it: the first signal drains, the second stops at once. */
export async function untilStopped(worker: Stoppable, once: boolean): Promise<StopResult> {
  let signals = 0;
  let stopped: (result: Promise<StopResult>) => void = () => undefined;
  const result = new Promise<StopResult>((resolve) => (stopped = resolve));
  const onSignal = (): void => {
    signals++;
    stopped(worker.stop(signals === 1 ? {} : { timeoutMs: 0 }));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const watch = setInterval(() => {
    if (worker.state === 'stopped') stopped(Promise.resolve({ drained: true }));
    else if (once && worker.idle) stopped(worker.stop());
  }, IDLE_CHECK_MS);
  try {
    return await result;
  } finally {
    clearInterval(watch);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}
