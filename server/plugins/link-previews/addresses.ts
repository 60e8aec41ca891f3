import ipaddr from 'ipaddr.js';

/** Public by its number, but what answers there is the cloud machine's own host. */
const internal: ReadonlySet<string> = new Set(['168.63.129.16']);

/**
 * Whether an IP address is one anybody on the internet may be reached at: not private, loopback, link-local (where clouds
 * keep their metadata), shared by a carrier, unique-local, multicast, reserved, nor one of these wrapped in IPv6.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // Unwraps IPv4 that is written as IPv6; what tunnels it has ranges of its own, none of which is `unicast`.
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast' || internal.has(parsed.toString())) return false;
  // The rest of the IPv6 space was never given out, so nothing public is there.
  return parsed.kind() === 'ipv4' || parsed.match(ipaddr.parseCIDR('2000::/3'));
}

/** The address that a URL's host is, if it is one and not a name. A `URL` has read octal, hexadecimal and the like. */
export function addressOf({ hostname }: URL): string | null {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return ipaddr.isValid(bare) ? bare : null;
}
