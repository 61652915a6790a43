import type { Notifier, NotifierCallbacks } from './notifier.js';

/** For databases behind a transaction pooler, and on request: nothing is heard, everything is polled. */
export class PollingNotifier implements Notifier {
  readonly listening = false;

  constructor(private readonly callbacks: Pick<NotifierCallbacks, 'onReady'>) {}

  start(): Promise<void> {
    this.callbacks.onReady(false);
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
