import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { buildConnector } from 'undici';
import { isPublicAddress } from './address-policy.js';
import { PermanentFetchError } from './fetch-error.js';
import type { HostAllowList } from './host-allow-list.js';

/** Finds every address of a host name. The default asks the operating system, as a browser does. */
export type ResolveHost = (hostname: string) => Promise<readonly LookupAddress[]>;

/** What `guardedConnector` needs to know. */
export interface ConnectorOptions {
  /** Hosts that may have a private address. */
  readonly allowed: HostAllowList;
  /** Milliseconds until the connection, TLS included, must stand. */
  readonly timeout: number;
  readonly resolve?: ResolveHost | undefined;
}

const lookupAll = promisify(dnsLookup);
const resolveBySystem: ResolveHost = (hostname) => lookupAll(hostname, { all: true });

/**
 * An undici connector that opens no connection to a private address.
 *
 * A name is resolved once, all its addresses are checked, and the socket is given exactly these: a name that answers
 * differently a moment later (DNS rebinding) gains nothing. It sits at the connection rather than at the URL, so that
 * redirects and literal addresses cannot go around it (a `lookup` hook alone is not called for a literal address).
 * TLS still verifies the certificate against the name.
 */
export function guardedConnector({ allowed, timeout, resolve = resolveBySystem }: ConnectorOptions) {
  async function checkedAddresses({ hostname, port, protocol }: buildConnector.Options) {
    const family = isIP(hostname);
    const addresses = family ? [{ address: hostname, family }] : await resolve(hostname);
    if (allowed.has(hostname, Number(port || (protocol === 'https:' ? 443 : 80)))) return addresses;

    const refused = addresses.find(({ address }) => !isPublicAddress(address));
    if (refused) {
      throw new PermanentFetchError(
        'FETCH_ADDRESS_REFUSED',
        `${protocol}//${isIP(hostname) === 6 ? `[${hostname}]` : hostname}`,
        {
          problem:
            `the address ${refused.address} is private or reserved. ` +
            `If the host is meant to be reached, name it: new HttpFetcher({ allowHosts: ['${hostname}'] }).`,
        },
      );
    }
    return addresses;
  }

  return (target: buildConnector.Options, callback: buildConnector.Callback): void => {
    checkedAddresses(target).then(
      (addresses) => buildConnector({ timeout, lookup: answerWith(addresses) })(target, callback),
      (error: Error) => callback(error, null),
    );
  };
}

/** A `lookup` for node:net that knows the answer. */
function answerWith(addresses: readonly LookupAddress[]): LookupFunction {
  return (hostname, options, callback) => {
    const [first] = addresses;
    if (!first) callback(new Error(`${hostname} has no address`), '', 0);
    else if (options.all) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}
