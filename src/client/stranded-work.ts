import type { HandlerRegistry } from '../registry/handler-registry.js';
import { runnableVersions } from '../registry/payload-version.js';
import type { PipelineRegistry, RegisteredPipeline } from '../registry/pipeline-registry.js';
import type { Database } from '../repositories/database.js';
import { findJobKinds, findRunKinds } from '../repositories/sql/find-kinds-in-flight.js';

/** Work in flight that no worker of some code could do. */
export interface StrandedWork {
  readonly code: 'HANDLER_NOT_FOUND' | 'PAYLOAD_VERSION_UNKNOWN' | 'PIPELINE_VERSION_UNKNOWN';
  /** Of the jobs, or of the pipeline. */
  readonly name: string;
  /** Of the payloads, or of the pipeline. */
  readonly version: string;
  /** How many jobs, or runs. */
  readonly count: number;
  /** What to do. */
  readonly cure: string;
}

/** Jobs and runs that are not over and that workers with these handlers and pipelines would leave alone. */
export async function findStrandedWork(
  database: Database,
  handlers: HandlerRegistry,
  pipelines: PipelineRegistry<RegisteredPipeline>,
): Promise<readonly StrandedWork[]> {
  const jobs = await database.run(findJobKinds, []);
  const runs = await database.run(findRunKinds, []);
  return [
    ...jobs.flatMap(({ name, version, jobs: count }) => strandedJobs(handlers, name, version, count) ?? []),
    ...runs
      .filter(({ name, version }) => !pipelines.find(name, version))
      .map(({ name, version, runs: count }) => strandedRuns(pipelines, name, version, count)),
  ];
}

function strandedJobs(handlers: HandlerRegistry, name: string, version: number, count: number): StrandedWork | null {
  const handler = handlers.find(name);
  const work = { name, version: String(version), count };
  if (!handler) {
    const cure = 'Keep a handler of that name until these jobs are over, or cancel them.';
    return { ...work, code: 'HANDLER_NOT_FOUND', cure };
  }
  if (runnableVersions(handler).includes(version)) return null;
  const cure =
    version > handler.version
      ? `The handler here is of version ${handler.version}: deploy the code that enqueued them.`
      : `Add an upcast: @JobHandler({ version: ${handler.version}, upcast: { ${version}: (old) => … } }).`;
  return { ...work, code: 'PAYLOAD_VERSION_UNKNOWN', cure };
}

function strandedRuns(
  pipelines: PipelineRegistry<RegisteredPipeline>,
  name: string,
  version: string,
  count: number,
): StrandedWork {
  const known = pipelines.definitions.filter((each) => each.name === name).map((each) => each.version);
  const here = known.length === 0 ? 'no pipeline of that name' : `version ${known.join(' and ')}`;
  const cure = `There is ${here} here: register the earlier definition beside it until these runs are over, or cancel them.`;
  return { code: 'PIPELINE_VERSION_UNKNOWN', name, version, count, cure };
}
