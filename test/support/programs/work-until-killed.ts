import { DataSource } from 'typeorm';
import type { CreateContainerOptions, Telemetry as Events, WorkerOptions } from '../../../src/index.js';
import { createContainer, Telemetry, Worker } from '../../../src/index.js';
import { testPoolerUrl } from '../test-pooler-url.js';

/**
 * The worker of a process that is given a database and a schema for its arguments, and that somebody kills. It is quick to
 * notice things and leaves maintenance to others.
 * @param watch is given its events, to tell of them
 */
export async function workUntilKilled(
  { worker, ...options }: Pick<CreateContainerOptions, 'handlers' | 'pipelines'> & { readonly worker: WorkerOptions },
  watch: (events: Events) => void,
): Promise<void> {
  // Whoever started it is gone when its input ends: then it must not stay.
  process.stdin.on('end', () => process.exit(3)).resume();
  process.stdin.unref();
  const [url = '', schema = ''] = process.argv.slice(2);
  const dataSource = new DataSource({ type: 'postgres', url, applicationName: schema });
  const listen = testPoolerUrl() === undefined;
  const quick = { lease: '1s', sweepInterval: '100ms', pollInterval: '50ms', maintenance: false, listen } as const;
  const container = await createContainer({ ...options, dataSource, schema, worker: { ...quick, ...worker } });
  watch(container.get(Telemetry));
  await container.get(Worker).run();
  await dataSource.destroy();
}
