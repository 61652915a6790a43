/** A worker for pipelines that are large, or many, in a process of its own: it tells when it has begun, and of its memory. */
import 'reflect-metadata';
import { LARGE_HANDLERS, LARGE_PIPELINES, line } from '../large-pipelines.js';
import { workUntilKilled } from './work-until-killed.js';

await workUntilKilled(
  { handlers: LARGE_HANDLERS, pipelines: LARGE_PIPELINES, worker: { concurrency: 50 } },
  (events) => {
    events.on('worker.start', () => process.stdout.write('started\n'));
    events.on('run.complete', ({ name }) => {
      if (name !== line.name) process.stdout.write(`${process.resourceUsage().maxRSS}\n`);
    });
  },
);
