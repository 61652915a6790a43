import { isIPv6 } from 'node:net';
import { DefinitionError } from '../../src/index.js';

/** Hosts that a user names, each with or without a port: `localhost`, `127.0.0.1:8080`, `[::1]:3000`. */
export class HostAllowList {
  private readonly entries: ReadonlySet<string>;

  /** @throws DefinitionError `OPTION_INVALID` for an entry that is no host */
  constructor(hosts: readonly string[]) {
    this.entries = new Set(hosts.map(canonicalEntry));
  }

  /** @param hostname as in a URL, with or without the brackets of IPv6 */
  has(hostname: string, port: number): boolean {
    const host = bare(hostname);
    return this.entries.has(host) || this.entries.has(`${host} ${port}`);
  }
}

/** A host name or IPv4 address, or IPv6 in brackets; then perhaps a port. */
const HOST_AND_PORT = /^(\[[^\]]+\]|[^:/?#@\s]+)(?::(\d{1,5}))?$/;

function canonicalEntry(entry: string): string {
  const [, host, port] = HOST_AND_PORT.exec(isIPv6(entry) ? `[${entry}]` : entry) ?? [];
  if (!host || !URL.canParse(`http://${host}/`)) {
    throw new DefinitionError(
      'OPTION_INVALID',
      `allowHosts: ${JSON.stringify(entry)} is no host. Write 'localhost' or '127.0.0.1:8080'.`,
    );
  }
  const canonical = bare(new URL(`http://${host}/`).hostname); // 127.1 becomes 127.0.0.1, upper case lower case
  return port === undefined ? canonical : `${canonical} ${port}`;
}

function bare(hostname: string): string {
  return hostname.toLowerCase().replace(/^\[|\]$|\.$/g, '');
}
