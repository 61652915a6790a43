/** A process of one system: it enqueues, or works. The bench calls its methods by messages. */
import type { OpenAdapter, Store } from '../adapters/adapter.js';
import { Producer } from './producer.js';
import { Worker } from './worker.js';

/** What a child is started with. */
export interface ChildTask {
  readonly role: 'producer' | 'worker';
  readonly adapter: string;
  readonly variant: string;
  readonly rowlock: string;
  readonly store: Store;
}

/** A call, and its answer. */
export interface Call {
  readonly id: number;
  readonly method: string;
  readonly values: readonly unknown[];
}

const task = JSON.parse(process.argv[2] ?? '') as ChildTask;
const { open } = (await import(`../adapters/${task.adapter}.js`)) as { open: OpenAdapter };
const adapter = await open({ variant: task.variant, rowlock: task.rowlock });
const tell = (message: object): void => void process.send?.(message);
const role =
  task.role === 'producer'
    ? new Producer(adapter, task.store)
    : new Worker(adapter, task.store, (event) => tell(event));
const methods = role as unknown as Record<string, (...values: readonly unknown[]) => unknown>;

process.on('message', ({ id, method, values }: Call) => {
  void (async () => {
    try {
      tell({ id, value: await methods[method]?.(...values) });
    } catch (error) {
      tell({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  })();
});
// Whoever measures is gone, in whatever way; a terminal's Ctrl-C is for the bench to handle.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
tell({ ready: adapter.settings });
