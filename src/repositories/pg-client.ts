/** What node-postgres has of a client and does not declare. Without its types: they are not among what users must install. */
export interface ClientState {
  /** False while a statement is under way, and until it is connected. */
  readonly readyForQuery?: boolean | null;
  /** Of the server's process that serves the session, as it was told at the beginning. */
  readonly processID?: number | null;
  readonly connection: { readonly stream: { readonly bytesRead: number; destroy(): void } };
  readonly connectionParameters: {
    readonly user?: string;
    readonly database?: string;
    readonly host?: string;
    readonly port?: number;
    readonly application_name?: string;
  };
  readonly password?: string | null;
  readonly ssl?: boolean | object;
}

const GOODBYE_MS = 1_000;

export function stateOf(client: object): ClientState {
  return client as ClientState;
}

/** Ends a connection without a word; what it was asked fails. */
export function destroyClient(client: object): void {
  stateOf(client).connection.stream.destroy();
}

/** Says goodbye, which a connection that the network has lost never does. */
export async function endClient(client: { end(): Promise<void> }): Promise<void> {
  const overdue = setTimeout(() => destroyClient(client), GOODBYE_MS);
  await client.end().catch(() => undefined);
  clearTimeout(overdue);
}
