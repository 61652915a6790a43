import path from 'node:path';
import type { DataSource } from 'typeorm';
import { createContainer } from '../../container/create-container.js';
import { Migrator } from '../../container/migrator.js';
import type { WorkerOptions } from '../../container/options.js';
import { TOKENS } from '../../container/tokens.js';
import type { Duration } from '../../core/duration.js';
import { ProbeServer } from '../../http/probe-server.js';
import { WorkerProbes } from '../../http/worker-probes.js';
import type { PipelineDefinition } from '../../pipelines/pipeline-definition.js';
import { Telemetry } from '../../telemetry/events.js';
import { LogSubscriber } from '../../telemetry/log-subscriber.js';
import { createLogger, type Logger } from '../../telemetry/logger.js';
import { Worker } from '../../worker/worker.js';
import { chooseDatabase } from '../choose-database.js';
import { defineCommand, type ArgumentsOf } from '../define-command.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { HANDLERS_OPTION } from '../handlers-option.js';
import { loadHandlers } from '../load-handlers.js';
import type { Output } from '../output.js';
import { parseInteger } from '../parse-integer.js';
import { parseQueues } from '../parse-queues.js';
import { servingTable } from '../serving-table.js';

const OPTIONS = {
  ...HANDLERS_OPTION,
  queues: {
    type: 'string',
    requiresArg: true,
    describe:
      'Queues to serve, with the most jobs of each at a time: web:5,mail. Default: those of the handlers and steps',
  },
  concurrency: { type: 'string', requiresArg: true, describe: 'The most jobs that run at a time. Default: 10' },
  once: { type: 'boolean', default: false, describe: 'End when nothing is left to do' },
  lease: {
    type: 'string',
    requiresArg: true,
    describe: 'How long after the death of the worker its jobs stay its own. Default: 30s',
  },
  'shutdown-timeout': {
    type: 'string',
    requiresArg: true,
    describe: 'How long a stop lets running jobs go on. Default: 25s',
  },
  'probe-port': {
    type: 'string',
    requiresArg: true,
    describe: 'Answer /livez and /readyz on this port; 0: a free one',
  },
  'probe-host': {
    type: 'string',
    default: '127.0.0.1',
    requiresArg: true,
    describe: 'The address to answer probes on; 0.0.0.0 in a container',
  },
} as const;

type Arguments = ArgumentsOf<typeof OPTIONS>;

export const worker = defineCommand({
  options: OPTIONS,
  run: async (args, output) => {
    const options = workerOptions(args);
    const port = args['probe-port'] === undefined ? null : parseInteger('probe-port', args['probe-port'], 0, 65_535);
    const logger = createLogger(args.json ? { format: 'json' } : {});
    const found = await loadHandlers(path.resolve(args.handlers));
    const database = await chooseDatabase(args, output, true);
    try {
      const migrator = new Migrator(database.dataSource, args.schema);
      if (database.embedded) await prepare(database.dataSource, migrator, output);
      const container = await createContainer({
        dataSource: database.dataSource,
        schema: args.schema,
        handlers: found.handlers,
        pipelines: found.pipelines as readonly PipelineDefinition[],
        modules: found.modules,
        worker: options,
      });
      const { concurrency, queues } = container.get(TOKENS.settings).worker;
      if (process.stdout.isTTY && !args.json) {
        const { definitions } = container.get(TOKENS.registry);
        const table = servingTable(definitions, queues, container.get(TOKENS.pipelines).definitions);
        process.stdout.write(`Serving schema "${args.schema}" of ${database.address}\n\n${table}\n\n`);
      }
      const worker = container.get(Worker);
      const probes = port === null ? null : { port, host: args['probe-host'], migrator, concurrency };
      return await work(worker, args.once, probes, container.get(Telemetry), logger);
    } finally {
      await database.close();
    }
  },
});

function workerOptions(args: Arguments): WorkerOptions {
  const { queues, concurrency, lease, 'shutdown-timeout': shutdownTimeout } = args;
  return {
    ...(queues === undefined ? {} : { queues: parseQueues(queues) }),
    ...(concurrency === undefined ? {} : { concurrency: parseInteger('concurrency', concurrency, 1, 10_000) }),
    ...(lease === undefined ? {} : { lease: lease as Duration }),
    ...(shutdownTimeout === undefined ? {} : { shutdownTimeout: shutdownTimeout as Duration }),
  };
}

/** A development server is ours alone: nobody else would make its tables. */
async function prepare(dataSource: DataSource, migrator: Migrator, output: Output): Promise<void> {
  const applied = await migrator.up();
  await dataSource.initialize();
  const own = await dataSource.runMigrations();
  const names = [...new Set([...applied, ...own.map(({ name }) => name)])];
  if (names.length > 0) output.note(`Applied ${names.join(', ')} to it.`);
}

interface Probes {
  readonly port: number;
  readonly host: string;
  readonly migrator: Migrator;
  readonly concurrency: number;
}

async function work(
  worker: Worker,
  once: boolean,
  probes: Probes | null,
  telemetry: Telemetry,
  logger: Logger,
): Promise<ExitCode> {
  const lines = new LogSubscriber(telemetry, logger);
  const server =
    probes && new ProbeServer({ ...probes, ...new WorkerProbes(worker, probes.migrator, probes.concurrency) });
  let crashed = false;
  const crash = (error: unknown): void => {
    crashed = true;
    logger.log({ level: 'error', message: 'an error that nobody caught; the worker stops', error });
    void worker.stop();
  };
  process.on('uncaughtException', crash);
  try {
    if (server) logger.info('probes are answered', { host: probes.host, port: await server.start() });
    const { drained } = await worker.run({ once });
    return drained && !crashed ? EXIT.ok : EXIT.failed;
  } finally {
    process.off('uncaughtException', crash);
    await server?.close();
    lines.close();
  }
}
