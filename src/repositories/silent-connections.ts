import type { ClientState } from './pg-client.js';

interface Suspect {
  /** What had been read of it when it was last at rest, or when the suspicion came up. */
  readonly bytesRead: number;
  readonly since: number;
}

const CHECK_MS = 250;
/** For so long after it came up, a suspicion falls on connections that are made as well. */
const SUSPICION_MS = 10_000;

/**
 * Ends connections that do not answer any more. A network that has lost a connection says nothing: the socket stays open, and
 * a statement on it would wait until the system gives up, after a quarter of an hour. No statement can have a time limit of
 * its own instead, because it may rightly wait for a lock for as long. So there must be a suspicion first: that a
 * connection of which an answer is due has been silent. Then all others have to prove themselves.
 */
export class SilentConnections {
  readonly #suspects = new Map<ClientState, Suspect>();
  #timer: NodeJS.Timeout | null = null;
  #until = 0;

  /** @param clients the connections of the pool, those that are being made included */
  constructor(private readonly clients: () => readonly ClientState[]) {}

  /**
   * From now on each connection that is there is ended if it is asked something, and says nothing for that long, before it
   * has said anything at all. So is each that is begun soon after: the network may swallow its first words, too, and come
   * back before the suspicion is renewed.
   */
  suspect(patienceMs: number): void {
    this.#until = performance.now() + SUSPICION_MS;
    for (const client of this.clients()) this.#suspect(client);
    this.#timer ??= setInterval(() => this.#check(patienceMs), CHECK_MS);
    this.#timer.unref();
  }

  /** Answers to an earlier suspicion do not count. */
  #suspect(client: ClientState): void {
    const known = this.#suspects.get(client);
    if (known?.bytesRead !== client.connection.stream.bytesRead) this.#suspects.set(client, suspected(client));
  }

  #check(patienceMs: number): void {
    const open = new Set(this.clients());
    const suspicious = performance.now() < this.#until;
    if (suspicious) for (const client of open) if (client.connection.stream.bytesRead === 0) this.#suspect(client);
    for (const [client, suspect] of this.#suspects) {
      const { stream } = client.connection;
      if (!open.has(client) || stream.bytesRead > suspect.bytesRead) this.#suspects.delete(client);
      else if (client.readyForQuery) this.#suspects.set(client, suspected(client));
      else if (performance.now() - suspect.since >= patienceMs) {
        this.#suspects.delete(client);
        stream.destroy();
      }
    }
    if (suspicious || this.#suspects.size > 0 || !this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}

function suspected({ connection }: ClientState): Suspect {
  return { bytesRead: connection.stream.bytesRead, since: performance.now() };
}
