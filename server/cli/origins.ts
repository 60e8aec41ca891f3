import { hostname, networkInterfaces } from 'node:os';

const loopbackHosts = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether only this machine can reach a server that listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** A host as it stands in a URL. */
export function inUrl(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** The origins of pages that this server serves itself. */
export function ownOrigins(host: string, port: number): readonly string[] {
  return hostsOf(host).map((name) => new URL(`http://${name}:${String(port)}`).origin);
}

/** Whether a `Host` header names this very machine: another name that leads here is a page trying to pass for ours. */
export function isLoopbackHost(header: string | undefined): boolean {
  if (header === undefined || !URL.canParse(`http://${header}`)) return false;
  return isLoopback(new URL(`http://${header}`).hostname);
}

function hostsOf(host: string): readonly string[] {
  if (isLoopback(host)) return [...new Set([inUrl(host), ...loopbackHosts])];
  if (host !== '0.0.0.0' && host !== '::') return [inUrl(host)];
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const reachable = addresses.filter(({ address }) => !address.includes('%')).map(({ address }) => inUrl(address));
  return [...new Set([...loopbackHosts, hostname().toLowerCase(), ...reachable])].filter((name) =>
    URL.canParse(`http://${name}`),
  );
}
