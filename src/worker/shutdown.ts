import type { StopResult, Worker } from './worker.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const IDLE_CHECK_MS = 50;

/** Waits for the end of a worker as process managers expect it: the first signal drains, the second stops at once. */
export async function untilStopped(worker: Worker, once: boolean): Promise<StopResult> {
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
