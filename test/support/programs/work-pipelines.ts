/** A worker that knows the pipelines of the tests, in a process of its own that somebody kills. */
import 'reflect-metadata';
import { PIPELINE_HANDLERS, PIPELINES } from '../pipeline-tasks.js';
import { workUntilKilled } from './work-until-killed.js';

await workUntilKilled(
  { handlers: PIPELINE_HANDLERS, pipelines: PIPELINES, worker: { concurrency: 4, prefetch: 0 } },
  (events) => events.on('job.start', ({ step }) => process.stdout.write(`${step}\n`)),
);
