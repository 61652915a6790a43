import type { System } from '../systems.js';
import { Postgres } from './postgres.js';
import { Redis } from './redis.js';
import type { Server } from './server.js';

/** The servers that are there for the systems, by kind. */
export type Servers = ReadonlyMap<System['store'], Server>;

/** Starts what the systems need. Without redis-server, what needs it is left out, and said. */
export async function startServers(
  stores: ReadonlySet<System['store']>,
  rowlock: string,
  progress: (line: string) => void,
  postgresSettings: Readonly<Record<string, string>> = {},
): Promise<Servers> {
  const postgres = await Postgres.start(rowlock, postgresSettings);
  const servers = new Map<System['store'], Server>([['postgres', postgres]]);
  const redis = await Redis.find();
  try {
    for (const kind of ['redis', 'redis-aof'] as const) {
      if (!stores.has(kind)) continue;
      if (redis) servers.set(kind, await Redis.start(redis, kind));
      else progress('No redis-server is installed: what needs it is left out.');
    }
  } catch (error) {
    await stopServers(servers);
    throw error;
  }
  return servers;
}

/** Stops all, also if one does not. */
export async function stopServers(servers: Servers): Promise<void> {
  await Promise.allSettled([...servers.values()].map((server) => server.stop()));
}
