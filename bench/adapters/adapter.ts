/** What every job of the bench carries: its number, and text that makes it as large as the workload wants. */
export interface JobData {
  readonly n: number;
  readonly text: string;
}

/** Where a system keeps its jobs: a database of its own, or a Redis of its own. */
export interface Store {
  readonly url: string;
}

/** How a system was set up, as it is printed with the figures. */
export type Settings = Readonly<Record<string, string | number | boolean>>;

/** What the store itself says of its jobs or pipelines; the bench believes nothing else. */
export interface Stored {
  /** Waiting or running; those with a later due time do not count. */
  readonly unfinished: number;
  /** Ended well, or null if the system keeps none that have ended. */
  readonly finished: number | null;
}

/** A process that enqueues. */
export interface Client {
  enqueue(data: JobData): Promise<unknown>;
  /** Adds jobs by the system's own means for many; not before `runAt` if that is given. */
  enqueueMany(data: readonly JobData[], runAt?: Date): Promise<unknown>;
  /** Starts pipelines of three steps, each of which hands its output on, by the system's own means. */
  startPipelines(data: readonly JobData[]): Promise<unknown>;
  stored(): Promise<Stored>;
  /** The same of pipelines. */
  storedPipelines(): Promise<Stored>;
  /** How many have not ended, where counting those that have takes longer: it is asked again and again while it is measured. */
  unfinished?(of: 'jobs' | 'pipelines'): Promise<number>;
  close(): Promise<unknown>;
}

/** How a process works jobs off. */
export interface ConsumerOptions {
  /** Names of the queues that it serves; the first is the one that jobs are in. */
  readonly queues: readonly string[];
  /** Called as the handler, with the number of the job; it does nothing that takes time. */
  readonly onJob: (n: number) => void;
  /** Called by the first step of every pipeline. */
  readonly onFirstStep: () => void;
  /** Called by the last step of a pipeline. */
  readonly onPipeline: (n: number) => void;
}

/** A process that works; it begins with `start`. */
export interface Consumer {
  start(): Promise<unknown>;
  stop(): Promise<unknown>;
}

/** A queue or workflow system under measure. Every method is called in a process that belongs to that system alone. */
export interface Adapter {
  readonly settings: Settings;
  /** Makes what the system needs in a store that is empty. */
  setUp(store: Store): Promise<unknown>;
  openClient(store: Store): Promise<Client>;
  openConsumer(store: Store, options: ConsumerOptions): Promise<Consumer>;
}

/** What an adapter is made with. */
export interface AdapterOptions {
  /** Which way of running the system, where there are several. */
  readonly variant: string;
  /** The folder of the Rowlock that is measured. */
  readonly rowlock: string;
}

/** What an adapter's module exports as `open`. */
export type OpenAdapter = (options: AdapterOptions) => Promise<Adapter> | Adapter;

/** The queue that jobs are in. */
export const QUEUE = 'work';
