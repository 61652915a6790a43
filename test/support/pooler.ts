import { startTcpProxy } from './tcp-proxy.js';

/** What stands between an application and PostgreSQL. */
export interface Pooler {
  /** The database, by way of it. */
  readonly url: string;
  /** Whether notifications are kept from the application, as a transaction pooler does. Default false. */
  deaf: boolean;
  close(): Promise<void>;
}

/**
 * A proxy on the loopback interface that greets as a pooler does, and can keep what was notified to itself.
 * @param url of the database
 */
export async function startPooler(url: string): Promise<Pooler> {
  const { url: through, close } = await startTcpProxy(url, () => poolerFilter(() => pooler.deaf));
  const pooler: Pooler = { url: through, deaf: false, close };
  return pooler;
}

/**
 * Cuts a server's bytes into messages (a letter, a length that counts itself, a body): BackendKeyData gets another number,
 * NotificationResponse is left out.
 */
function poolerFilter(deaf: () => boolean): (chunk: Buffer) => Buffer {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const passed: Buffer[] = [];
    while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
      const size = 1 + rest.readInt32BE(1);
      if (rest[0] === 0x4b) rest.writeInt32BE(-rest.readInt32BE(5), 5);
      if (!(deaf() && rest[0] === 0x41)) passed.push(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
    return Buffer.concat(passed);
  };
}
