import type { EventEmitter } from 'node:events';
import type { DataSource } from 'typeorm';

const survived = new WeakSet<EventEmitter>();
const ignore = (): void => undefined;

/**
 * A process must not die of a connection that the server ends. Node does, if a connection fails and nobody hears its errors;
 * TypeORM begins to a moment after the pool has handed out a new one, and the words "ready" and "terminated" may arrive
 * together. So each has a listener from the start. The failure is not lost: the next statement meets it.
 */
export function surviveLostConnections({ driver }: DataSource): void {
  const { master } = driver as unknown as { readonly master?: EventEmitter };
  if (!master || survived.has(master)) return;
  survived.add(master);
  master.on('connect', (client: EventEmitter) => client.on('error', ignore));
}
