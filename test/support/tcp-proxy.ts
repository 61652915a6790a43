import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What stands between an application and PostgreSQL, on the loopback interface. */
export interface TcpProxy {
  /** The database, by way of it. */
  readonly url: string;
  /** Where new connections lead. */
  target: URL;
  /** Whether it swallows all that comes, and says nothing: as a network does that has lost a connection. Default false. */
  silent: boolean;
  /** How many bytes of applications it has swallowed. */
  readonly swallowed: number;
  /** How many connections it has been asked for. */
  readonly accepted: number;
  /** Ends all connections. */
  cut(): void;
  close(): Promise<void>;
}

/** @param filter makes, for each connection, what passes on the server's bytes */
export async function startTcpProxy(
  url: string,
  filter: () => (chunk: Buffer) => Buffer = () => (chunk) => chunk,
): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const counts = { swallowed: 0, accepted: 0 };
  const server = createServer((front) => {
    counts.accepted++;
    const { hostname, port } = proxy.target;
    const back = connect({ host: hostname, port: Number(port || 5432) });
    const filtered = filter();
    front.on('data', (chunk) => {
      if (proxy.silent) counts.swallowed += chunk.length;
      else back.write(chunk);
    });
    back.on('data', (chunk: Buffer) => void (proxy.silent || front.write(filtered(chunk))));
    for (const [socket, other] of [
      [front, back],
      [back, front],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        // A silent network does not tell the one side that the other has gone.
        if (!proxy.silent) other.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const proxy: TcpProxy = {
    url: through.href,
    target: new URL(url),
    silent: false,
    get swallowed() {
      return counts.swallowed;
    },
    get accepted() {
      return counts.accepted;
    },
    cut: () => sockets.forEach((socket) => socket.destroy()),
    close: async () => {
      server.close();
      proxy.cut();
      await once(server, 'close');
    },
  };
  return proxy;
}
