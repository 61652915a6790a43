/** A worker that knows the pipelines that a seed makes, in a process of its own that somebody kills. */
import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { createContainer, Telemetry, Worker } from '../../../src/index.js';
import { buildGraph, GRAPH_HANDLERS } from '../graph-pipeline.js';
import type { Graph } from '../random-graph.js';

const [url = '', schema = '', graphs = '[]'] = process.argv.slice(2);

// Whoever started it is gone when its input ends: then it must not stay.
process.stdin.on('end', () => process.exit(3)).resume();
process.stdin.unref();

const dataSource = new DataSource({ type: 'postgres', url, applicationName: schema });
const container = await createContainer({
  dataSource,
  schema,
  handlers: GRAPH_HANDLERS,
  pipelines: (JSON.parse(graphs) as Graph[]).map(buildGraph),
  worker: { lease: '1s', sweepInterval: '100ms', pollInterval: '50ms', maintenance: false, concurrency: 8 },
});
container.get(Telemetry).on('worker.start', () => process.stdout.write('started\n'));
await container.get(Worker).run();
await dataSource.destroy();
