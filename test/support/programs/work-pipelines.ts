/** A worker that knows the pipelines of the tests, in a process of its own that somebody kills. */
import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { createContainer, Telemetry, Worker } from '../../../src/index.js';
import { PIPELINE_HANDLERS, PIPELINES } from '../pipeline-tasks.js';

const [url = '', schema = ''] = process.argv.slice(2);

// Whoever started it is gone when its input ends: then it must not stay.
process.stdin.on('end', () => process.exit(3)).resume();
process.stdin.unref();

const dataSource = new DataSource({ type: 'postgres', url, applicationName: schema });
const container = await createContainer({
  dataSource,
  schema,
  handlers: PIPELINE_HANDLERS,
  pipelines: PIPELINES,
  worker: {
    lease: '1s',
    sweepInterval: '100ms',
    pollInterval: '50ms',
    maintenance: false,
    concurrency: 4,
    prefetch: 0,
  },
});
container.get(Telemetry).on('job.start', ({ step }) => process.stdout.write(`${step}\n`));
await container.get(Worker).run();
await dataSource.destroy();
