import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';

/** A server that takes a port of the loopback interface and says nothing. */
export async function listen(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}
