import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onLine } from './lines.js';
import type { Announcement } from './request.js';

/** How long a new supervisor waits for somebody to hold its server. */
const FIRST_HOLDER_DEADLINE = 30_000;

/**
 * Everyone who uses the server keeps a connection to the supervisor open. The kernel closes it when their process
 * ends, however it ends, so the last one's end is seen even after SIGKILL, and no process needs an exit hook.
 */
export class Holders {
  /** Resolves when the last holder has gone, or none ever came. */
  readonly gone: Promise<void>;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly leaving = new Set<Socket>();
  private readonly firstDeadline: NodeJS.Timeout;
  private announcement: Announcement = { state: 'starting' };
  private isOpen = true;
  private resolveGone!: () => void;

  private constructor(private readonly token: string) {
    this.gone = new Promise((resolve) => (this.resolveGone = resolve));
    this.firstDeadline = setTimeout(() => this.close(), FIRST_HOLDER_DEADLINE);
    // Half-open, so that a holder who says goodbye can wait for the answer that the server has stopped.
    this.server = createServer({ allowHalfOpen: true }, (socket) => this.admit(socket));
  }

  /** Starts to listen on a free loopback port. */
  static async listen(token: string): Promise<Holders> {
    const holders = new Holders(token);
    await new Promise<void>((resolve, reject) => {
      holders.server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return holders;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Tells those who hold, and those who will. */
  announce(announcement: Announcement): void {
    this.announcement = announcement;
    for (const socket of this.sockets) send(socket, announcement);
  }

  /** Admits nobody any more: from here on, the claim counts as dead, and another supervisor may take over. */
  close(): void {
    clearTimeout(this.firstDeadline);
    this.isOpen = false;
    this.server.close();
    this.resolveGone();
  }

  /** Answers every goodbye: the server has stopped. */
  releaseAll(): void {
    for (const socket of [...this.sockets, ...this.leaving]) socket.end();
  }

  private admit(socket: Socket): void {
    // Whoever connects and says nothing must not keep us alive.
    socket.unref();
    for (const event of ['error', 'end', 'close']) socket.on(event, () => this.remove(socket));
    onLine(socket, (line) => {
      if (!this.isOpen || line !== this.token) return socket.destroy();
      clearTimeout(this.firstDeadline);
      this.sockets.add(socket.ref());
      return send(socket, this.announcement);
    });
  }

  private remove(socket: Socket): void {
    const held = this.sockets.delete(socket);
    if (held && this.sockets.size === 0) {
      this.leaving.add(socket);
      this.close();
    } else if (!this.leaving.has(socket)) {
      socket.end();
    }
  }
}

function send(socket: Socket, announcement: Announcement): void {
  socket.write(`${JSON.stringify(announcement)}\n`);
}
