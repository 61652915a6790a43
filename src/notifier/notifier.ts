/** Tells a worker that there may be something to do. A hint: whoever listens polls as well. */
export interface Notifier {
  /** Whether notifications can be expected to arrive; false means polling alone. */
  readonly listening: boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface NotifierCallbacks {
  /** Jobs have become available somewhere. */
  readonly onJobs: () => void;
  /** A cancel of a running job was requested. */
  readonly onCancel: () => void;
  /** It is known whether notifications arrive. */
  readonly onReady: (listening: boolean) => void;
}
