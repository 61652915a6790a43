/** A worker that knows the pipelines that a seed makes, in a process of its own that somebody kills. */
import 'reflect-metadata';
import { buildGraph, GRAPH_HANDLERS } from '../graph-pipeline.js';
import type { Graph } from '../random-graph.js';
import { workUntilKilled } from './work-until-killed.js';

const pipelines = (JSON.parse(process.argv[4] ?? '[]') as Graph[]).map(buildGraph);

await workUntilKilled({ handlers: GRAPH_HANDLERS, pipelines, worker: { concurrency: 8 } }, (events) =>
  events.on('worker.start', () => process.stdout.write('started\n')),
);
