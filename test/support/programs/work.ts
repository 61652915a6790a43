/**
 * A worker in a process of its own, until a signal. The environment says where and how (`WorkerProcesses` sets it); events
 * are JSON lines on standard output, and a log if it is asked for.
 */
import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { createContainer, Telemetry, Worker, type EventName, type WorkerOptions } from '../../../src/index.js';
import { LogSubscriber } from '../../../src/telemetry/log-subscriber.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { completeJobs } from '../../../src/repositories/sql/complete-jobs.js';
import { Diary } from '../diary.js';
import { buildGraph, GRAPH_HANDLERS } from '../graph-pipeline.js';
import type { Graph } from '../random-graph.js';
import { removeFence } from '../remove-fence.js';
import { TASK_HANDLERS, taskModule } from '../task-handlers.js';

export interface WorkSettings {
  readonly url: string;
  /** The straight way to the database, for what handlers write down about themselves. */
  readonly diaryUrl: string;
  readonly schema: string;
  readonly applicationName: string;
  readonly worker: WorkerOptions;
  readonly events: readonly EventName[];
  readonly log: boolean;
  readonly unfenced: boolean;
  readonly graphs: readonly Graph[];
}

// Whoever started it is gone when its input ends: then it must not stay.
process.stdin.on('end', () => process.exit(3)).resume();
process.stdin.unref();

const { url, diaryUrl, schema, applicationName, events, log, graphs, ...settings } = JSON.parse(
  process.env['WORK'] ?? '',
) as WorkSettings;
if (settings.unfenced) removeFence(completeJobs);
const dataSource = new DataSource({ type: 'postgres', url, applicationName, extra: { max: 10 } });
const diary = new Diary(diaryUrl, schema);
const container = await createContainer({
  dataSource,
  schema,
  handlers: [...TASK_HANDLERS, ...GRAPH_HANDLERS],
  pipelines: graphs.map(buildGraph),
  modules: [taskModule(diary)],
  worker: settings.worker,
});
const telemetry = container.get(Telemetry);
if (log) new LogSubscriber(telemetry, createLogger({ format: 'json', level: 'info' }));
for (const name of events) {
  telemetry.on(name, (event) => {
    const at = performance.timeOrigin + performance.now();
    const plain = (_: string, value: unknown): unknown => (value instanceof Error ? value.message : value);
    process.stdout.write(`${JSON.stringify({ event: name, at, ...event }, plain)}\n`);
  });
}
const { drained } = await container.get(Worker).run();
await Promise.all([dataSource.destroy(), diary.close()]);
// As `rowlock worker` ends: what handlers have left open does not keep the process.
process.stdout.write('', () => process.exit(drained ? 0 : 1));
