import { type ChildProcess, fork } from 'node:child_process';
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Redis as RedisClient } from 'ioredis';
import type { Server } from './server.js';
import { freePort } from './free-port.js';

const KEEPER = fileURLToPath(new URL('../child/keep-redis.js', import.meta.url));
/** All that differs from Redis' defaults, in memory and with an append-only file. */
export const REDIS_SETTINGS = {
  redis: { save: '', appendonly: 'no', 'maxmemory-policy': 'noeviction' },
  'redis-aof': { save: '', appendonly: 'yes', appendfsync: 'everysec', 'maxmemory-policy': 'noeviction' },
} as const;

/** A Redis of the bench's own, emptied for each measure. */
export class Redis implements Server {
  private constructor(
    readonly version: string,
    readonly pid: number,
    private readonly url: string,
    private readonly client: RedisClient,
    private readonly keeper: ChildProcess,
    private readonly folder: string,
  ) {}

  /** The installed redis-server, or null. */
  static async find(): Promise<string | null> {
    for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
      const program = path.join(folder, 'redis-server');
      if (
        await access(program, constants.X_OK).then(
          () => true,
          () => false,
        )
      )
        return program;
    }
    return null;
  }

  static async start(program: string, kind: keyof typeof REDIS_SETTINGS): Promise<Redis> {
    const folder = await mkdtemp(path.join(tmpdir(), 'rowlock-bench-redis-'));
    const port = await freePort();
    const settings = { ...REDIS_SETTINGS[kind], bind: '127.0.0.1', port: String(port), dir: folder };
    const words = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    const keeper = fork(KEEPER, [program, ...words], { execArgv: [] });
    const { pid, error } = await new Promise<{ pid?: number; error?: string }>((resolve) =>
      keeper.once('message', (message) => resolve(message as { pid?: number; error?: string })),
    );
    if (pid === undefined) throw new Error(`redis-server did not start: ${error}`);
    const url = `redis://127.0.0.1:${port}`;
    const client = await connect(url);
    const version = /redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? 'unknown';
    return new Redis(version, pid, url, client, keeper, folder);
  }

  async fresh(): Promise<string> {
    await this.client.flushall();
    return this.url;
  }

  async discard(): Promise<void> {
    await this.client.flushall();
  }

  async countQueries(): Promise<() => Promise<number>> {
    const begun = await this.#processed();
    // The question itself is one.
    return async () => (await this.#processed()) - begun - 1;
  }

  async stop(): Promise<void> {
    this.client.disconnect();
    const ended = new Promise((resolve) => this.keeper.once('exit', resolve));
    this.keeper.kill('SIGTERM');
    await ended;
    await rm(this.folder, { recursive: true, force: true });
  }

  async #processed(): Promise<number> {
    return Number(/total_commands_processed:(\d+)/.exec(await this.client.info('stats'))?.[1]);
  }
}

async function connect(url: string): Promise<RedisClient> {
  for (let attempt = 0; ; attempt++) {
    const client = new RedisClient(url, { lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      client.disconnect();
      if (attempt >= 100) throw error;
      await delay(50);
    }
  }
}
