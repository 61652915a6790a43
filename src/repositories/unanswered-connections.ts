import type { ClientState } from './pg-client.js';

/** Which of these connections the server owes no answer; null if that cannot be found out now. */
export type AskServer = (clients: readonly ClientState[]) => Promise<readonly ClientState[] | null>;

interface Wait {
  /** What had been read of it when it last said something. */
  readonly bytesRead: number;
  readonly since: number;
  /** For how long it had been silent when the server was last asked. */
  askedAfterMs: number;
  isOwedNothing: boolean;
}

/** How patient to be with a connection. */
export interface Patience {
  /** Between two looks. */
  readonly checkMs: number;
  /** For so long a statement may go unanswered before the server is asked; then for as long again, and so on. */
  readonly answerMs: number;
  /** For so long a connection may wait to be greeted. */
  readonly greetingMs: number;
}

const PATIENCE: Patience = { checkMs: 1_000, answerMs: 5_000, greetingMs: 10_000 };

/**
 * Ends connections that wait for what will never come. A network may lose one connection, or all for a moment, and the socket
 * stays open: a firewall has forgotten it, say. A statement of ours that is long without an answer may rightly wait, for a
 * lock; whether it does the server knows, which is asked on another connection. One that it owes nothing is ended, unless
 * the answer turns up until the next look.
 */
export class UnansweredConnections {
  #waits = new Map<ClientState, Wait>();
  #checking = false;

  /** @param clients the connections of the pool, those that are being made included */
  constructor(
    private readonly clients: () => readonly ClientState[],
    private readonly askServer: AskServer,
  ) {}

  /** @returns what ends the watch */
  watch(patience: Patience = PATIENCE): () => void {
    const timer = setInterval(() => void this.#check(patience), patience.checkMs);
    timer.unref();
    return () => clearInterval(timer);
  }

  async #check(patience: Patience): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    try {
      // A blocked event loop reads what has arrived only after its timers have fired: so one turn later.
      await new Promise((resolve) => setImmediate(resolve));
      this.#look(patience);
      await this.#ask(patience);
    } finally {
      this.#checking = false;
    }
  }

  #look({ greetingMs }: Patience): void {
    const now = performance.now();
    const waits = new Map<ClientState, Wait>();
    for (const client of this.clients()) {
      const { bytesRead } = client.connection.stream;
      const known = this.#waits.get(client);
      if (client.readyForQuery) continue;
      const isSilent = known?.bytesRead === bytesRead;
      const wait = isSilent ? known : { bytesRead, since: now, askedAfterMs: 0, isOwedNothing: false };
      if (wait.isOwedNothing || (bytesRead === 0 && now - wait.since >= greetingMs)) client.connection.stream.destroy();
      else waits.set(client, wait);
    }
    this.#waits = waits;
  }

  async #ask({ answerMs }: Patience): Promise<void> {
    const now = performance.now();
    const isDue = ({ bytesRead, since, askedAfterMs }: Wait): boolean =>
      bytesRead > 0 && now - since >= Math.max(answerMs, 2 * askedAfterMs);
    const due = [...this.#waits].filter(([, wait]) => isDue(wait));
    if (due.length === 0) return;
    const owedNothing = await this.askServer(due.map(([client]) => client));
    if (!owedNothing) return;
    for (const [client, wait] of due) {
      wait.askedAfterMs = now - wait.since;
      wait.isOwedNothing = owedNothing.includes(client);
    }
  }
}
