import { BlockList, isIP } from 'node:net';

/** Addresses that no public web server has: private, loopback, link-local, carrier NAT, multicast, documentation … */
const REFUSED_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10', // carrier-grade NAT, and a cloud's metadata service (100.100.100.200)
  '127.0.0.0/8',
  '168.63.129.16/32', // a cloud's host agent, on an address that looks public
  '169.254.0.0/16', // link-local, and the metadata service of most clouds (169.254.169.254)
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/**
 * IPv6 is decided the other way round: only global unicast (2000::/3) is public, so that loopback, ULA (fd00::/8),
 * link-local, v4-mapped (::ffff:0:0/96) and NAT64 (64:ff9b::/96) need no line each. These are its exceptions.
 */
const GLOBAL_UNICAST_IPV6 = '2000::/3';
const REFUSED_IPV6 = [
  '2001::/23', // Teredo, ORCHID, benchmarking: some carry an IPv4 address inside
  '2001:db8::/32',
  '2002::/16', // 6to4: carries an IPv4 address inside
  '3fff::/20',
];

// Two lists, because BlockList would also match an IPv4 address against IPv6 rules, as ::ffff:a.b.c.d.
const refusedIpv4 = blockList(REFUSED_IPV4, 'ipv4');
const refusedIpv6 = blockList(REFUSED_IPV6, 'ipv6');
const globalIpv6 = blockList([GLOBAL_UNICAST_IPV6], 'ipv6');

/**
 * Whether a literal IP address belongs to the public internet. Anything that is no address is not.
 * @example isPublicAddress('93.184.215.14') // true
 * @example isPublicAddress('::ffff:10.0.0.1') // false
 */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !refusedIpv4.check(address, 'ipv4');
    case 6:
      // A zone (fe80::1%eth0) only exists on addresses that are not global.
      return !address.includes('%') && globalIpv6.check(address, 'ipv6') && !refusedIpv6.check(address, 'ipv6');
    default:
      return false;
  }
}

function blockList(subnets: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', prefix] = subnet.split('/');
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}
