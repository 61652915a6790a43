import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What stands between an application and PostgreSQL. */
export interface Pooler {
  /** The database, by way of it. */
  readonly url: string;
  /** Whether notifications are kept from the application, as a transaction pooler does. Default false. */
  deaf: boolean;
  close(): Promise<void>;
}

/** A proxy on the loopback interface that can keep what was notified to itself. @param url of the database */
export async function startPooler(url: string): Promise<Pooler> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((front) => {
    const back = connect({ host: target.hostname, port: Number(target.port || 5432) });
    const filter = notificationFilter(() => pooler.deaf);
    front.on('data', (chunk) => back.write(chunk));
    back.on('data', (chunk: Buffer) => front.write(filter(chunk)));
    for (const [socket, other] of [
      [front, back],
      [back, front],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => other.destroy() && sockets.delete(socket));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pooler: Pooler = {
    url: through.href,
    deaf: false,
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
  return pooler;
}

/** Cuts a server's bytes into messages (a letter, a length that counts itself, a body) and leaves NotificationResponse out. */
function notificationFilter(deaf: () => boolean): (chunk: Buffer) => Buffer {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const passed: Buffer[] = [];
    while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
      const size = 1 + rest.readInt32BE(1);
      if (!(deaf() && rest[0] === 0x41)) passed.push(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
    return Buffer.concat(passed);
  };
}
