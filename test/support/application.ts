import type { Container } from 'inversify';
import type { DataSource } from 'typeorm';
import { Approvals } from '../../src/client/approvals.js';
import { Jobs } from '../../src/client/jobs.js';
import { Locks } from '../../src/client/locks.js';
import { Pipelines } from '../../src/client/pipelines.js';
import { createContainer } from '../../src/container/create-container.js';
import type { ApprovalsOptions, WorkerOptions } from '../../src/container/options.js';
import type { HandlerClass } from '../../src/core/handler-class.js';
import type { PipelineDefinition } from '../../src/pipelines/pipeline-definition.js';
import type { EventName, Events } from '../../src/telemetry/events.js';
import { Telemetry } from '../../src/telemetry/events.js';
import { Worker } from '../../src/worker/worker.js';
import type { TestSchema } from './database.js';
import { eventually } from './eventually.js';
import { testPoolerUrl } from './test-pooler-url.js';

export interface ApplicationOptions {
  readonly handlers?: readonly HandlerClass[];
  readonly pipelines?: readonly PipelineDefinition[];
  readonly worker?: WorkerOptions;
  readonly approvals?: ApprovalsOptions;
  /** Whether its worker is started. Default: true if there are handlers. */
  readonly work?: boolean;
  /** Connections in its pool. Default 20. */
  readonly connections?: number;
  /** The way to the database, if it is not that of the run. */
  readonly url?: string;
  /** Settings of PostgreSQL that the sessions of its pool begin with. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** What one process of an application is: a container, its pool, its worker. */
export interface Application {
  readonly container: Container;
  readonly dataSource: DataSource;
  readonly jobs: Jobs;
  readonly locks: Locks;
  readonly pipelines: Pipelines;
  readonly approvals: Approvals;
  readonly worker: Worker;
  readonly telemetry: Telemetry;
  /** The events of that name so far, oldest first. */
  events<Name extends EventName>(name: Name): readonly Events[Name][];
  /** Waits for an event, one that has happened counts. */
  event<Name extends EventName>(name: Name, which?: (event: Events[Name]) => boolean): Promise<Events[Name]>;
  /** Stops the worker at once and closes the pool. */
  stop(): Promise<void>;
}

/** Quick for tests: a lease of a second, and looks often; behind a pooler it does not try whether it is told of anything. */
const QUICK: WorkerOptions = {
  lease: '1s',
  sweepInterval: '100ms',
  pollInterval: '100ms',
  shutdownTimeout: '5s',
  listen: testPoolerUrl() === undefined,
};

export async function startApplication(schema: TestSchema, options: ApplicationOptions): Promise<Application> {
  const { handlers = [], pipelines = [], work = handlers.length > 0, connections = 20, settings = {} } = options;
  const sessionOptions = Object.entries(settings).map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`);
  const { url = schema.applicationUrl } = options;
  const dataSource = await schema.open({
    url,
    extra: { max: connections, options: sessionOptions.join(' ') || undefined },
  });
  const worker = { ...QUICK, ...options.worker };
  const { approvals } = options;
  const given = { handlers, pipelines, worker, ...(approvals && { approvals }) };
  const container = await createContainer({ dataSource, schema: schema.name, ...given });
  const application = {
    container,
    dataSource,
    jobs: container.get(Jobs),
    locks: container.get(Locks),
    pipelines: container.get(Pipelines),
    approvals: container.get(Approvals),
    worker: container.get(Worker),
    telemetry: container.get(Telemetry),
    ...recordEvents(container.get(Telemetry)),
    stop: async () => {
      await application.worker.stop({ timeoutMs: 0 });
      if (dataSource.isInitialized) await dataSource.destroy();
    },
  };
  if (work) await application.worker.start();
  return application;
}

const RECORDED = [
  'job.enqueue', 'job.claim', 'job.start', 'job.complete', 'job.retry', 'job.snooze', 'job.interrupt', 'job.discard',
  'job.cancel', 'job.lost', 'job.rescue', 'job.promote', 'job.prune', 'job.log', 'worker.start', 'worker.drain', 'worker.abort',
  'worker.stop', 'worker.lapse', 'worker.block', 'worker.stuck', 'leader.elect', 'leader.resign', 'listen.connect',
  'listen.lost', 'listen.unavailable', 'run.complete', 'run.fail', 'run.cancel', 'approval.request', 'approval.escalate', 'approval.answer', 'queue.unserved', 'error',
] as const satisfies readonly EventName[]; // prettier-ignore

function recordEvents(telemetry: Telemetry): Pick<Application, 'events' | 'event'> {
  const recorded = new Map<EventName, unknown[]>();
  for (const name of RECORDED) {
    const events: unknown[] = [];
    recorded.set(name, events);
    telemetry.on(name, (event) => events.push(event));
  }
  const events = <Name extends EventName>(name: Name): readonly Events[Name][] =>
    (recorded.get(name) ?? []) as Events[Name][];
  return {
    events,
    event: (name, which = () => true) =>
      eventually(`there is an event ${name}`, () => events(name).find((event) => which(event))),
  };
}
