import { connect, type Socket } from 'node:net';
import { readClaim, type Claim } from './claim.js';
import { DevPostgresError } from './dev-postgres-error.js';
import { launchSupervisor } from './launch-supervisor.js';
import { onLine } from './supervisor/lines.js';
import type { Announcement, SupervisorRequest } from './supervisor/request.js';

/** A server that lives at least as long as this process, or until `release`. */
export interface HeldServer {
  readonly url: string;
  readonly version: string;
  readonly release: () => Promise<void>;
}

/** How long a supervisor gets for its first word. What listens on its port after a reboot may never say one. */
const GREETING_DEADLINE = 10_000;

/** Holds the server that runs on the folder, or has one started. */
export async function holdServer(request: Omit<SupervisorRequest, 'generation'>): Promise<HeldServer> {
  // Each turn, some supervisor takes the folder; more than a few mean that they all end at once.
  for (let turn = 0; turn < 10; turn++) {
    const claim = await readClaim(request.folder);
    const held = claim && (await hold(claim));
    if (held) return held;
    await launchSupervisor({ ...request, generation: (claim?.generation ?? 0) + 1 });
  }
  throw new DevPostgresError(
    'POSTGRES_START_FAILED',
    `PostgreSQL in ${request.folder} was started again and again and never stayed. See supervisor.log and postgres.log there.`,
  );
}

/** Connects to the claim's supervisor and waits until its server is ready; `undefined` if it is gone, or about to go. */
async function hold(claim: Claim): Promise<HeldServer | undefined> {
  const socket = connect(claim.port, '127.0.0.1');
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  // The connection is our share in the server and must not keep the process alive.
  socket.on('error', () => socket.destroy()).write(`${claim.token}\n`);
  const announcement = await awaitReady(socket);
  if (announcement?.state !== 'ready') {
    socket.destroy();
    if (announcement?.state === 'failed') throw new DevPostgresError('POSTGRES_START_FAILED', announcement.message);
    return undefined;
  }
  socket.unref();
  const { url, version } = announcement;
  return {
    url,
    version,
    release: async () => {
      socket.ref();
      // Half a goodbye: the supervisor closes its half when the server has stopped, if we were the last.
      socket.end();
      await closed;
    },
  };
}

async function awaitReady(socket: Socket): Promise<Announcement | undefined> {
  const silence = setTimeout(() => socket.destroy(), GREETING_DEADLINE);
  const announcement = await new Promise<Announcement | undefined>((resolve) => {
    socket.once('close', () => resolve(undefined));
    onLine(socket, (line) => {
      clearTimeout(silence);
      const heard = parse(line);
      if (heard?.state !== 'starting') resolve(heard);
    });
  });
  clearTimeout(silence);
  return announcement;
}

function parse(line: string): Announcement | undefined {
  try {
    return JSON.parse(line) as Announcement;
  } catch {
    return undefined;
  }
}
