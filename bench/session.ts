import { findNode } from './machine/newer-node.js';
import { Measurer, type MeasurerParts } from './measurer.js';
import type { Report } from './report.js';
import { REPOSITORY } from './repository.js';
import { rowlockCommit } from './rowlock-commit.js';
import { POSTGRES_SETTINGS } from './servers/postgres.js';
import { REDIS_SETTINGS } from './servers/redis.js';
import { startServers, stopServers, type Servers } from './servers/start-servers.js';
import type { System } from './systems.js';

/** What a session is opened with. */
export interface SessionParts extends Pick<MeasurerParts, 'rowlockOf' | 'progress' | 'trial'> {
  /** The kinds of servers that are needed; one that is not installed is left out. */
  readonly stores: ReadonlySet<System['store']>;
  /** Of PostgreSQL, besides those that are always made. */
  readonly postgresSettings?: Readonly<Record<string, string>>;
}

/** Servers of the bench's own, and what measures on them. */
export class Session {
  private constructor(
    readonly servers: Servers,
    readonly measurer: Measurer,
    private readonly nodeVersion: string,
  ) {}

  static async open({ stores, postgresSettings, ...parts }: SessionParts): Promise<Session> {
    const node = findNode();
    const servers = await startServers(stores, REPOSITORY, parts.progress, postgresSettings);
    return new Session(servers, new Measurer({ ...parts, servers, node: node.path }), node.version);
  }

  /** Measures, and ends all that was started, however it went: at Ctrl-C and SIGTERM, too, after which the process ends. */
  async run<Result>(work: () => Promise<Result>, cleanUp: () => void = () => undefined): Promise<Result> {
    const close = async (): Promise<void> => {
      await this.measurer.close();
      await stopServers(this.servers);
      cleanUp();
    };
    const interrupt = (): void => void close().finally(() => process.exit(130));
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    try {
      return await work();
    } finally {
      await close();
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    }
  }

  /** Of what was measured, and of what it ran on. */
  get versions(): Report['versions'] {
    const names = { postgres: 'postgresql', redis: 'redis', 'redis-aof': 'redis' };
    const servers = [...this.servers].map(([kind, { version }]) => [names[kind], version]);
    return { rowlock: rowlockCommit(REPOSITORY), node: this.nodeVersion, ...Object.fromEntries(servers) };
  }

  /** Of the servers where they differ from their defaults, and of each system that was measured. */
  get settings(): Report['settings'] {
    const redis = Object.entries(REDIS_SETTINGS).filter(([kind]) => this.servers.has(kind as System['store']));
    return {
      postgresql: POSTGRES_SETTINGS,
      ...Object.fromEntries(redis),
      ...Object.fromEntries(this.measurer.settings),
    };
  }
}
