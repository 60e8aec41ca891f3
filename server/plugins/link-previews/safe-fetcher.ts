import { addressOf, isPublicAddress } from './addresses.js';
import { withDeadline } from './deadline.js';
import { LinkFetchError } from './fetch-error.js';
import { decodeMarkup, headEndFinder } from './markup.js';
import { readPageFacts } from './page-facts.js';
import type { PageFacts } from './page-facts.js';
import { requestPage } from './page-request.js';
import type { PageResponse } from './page-request.js';
import { resolveName } from './resolver.js';
import type { ResolveName } from './resolver.js';

/** Fetches what a page says about itself. `null`, or a throw: there is nothing to show. */
export type FetchPage = (url: URL, options: { readonly signal: AbortSignal }) => Promise<PageFacts | null>;

export interface SafeFetcherOptions {
  /** What the pages' servers are told. @default 'Mozilla/5.0 (compatible; Confab-LinkPreviews/1.0)' */
  readonly userAgent?: string;
  /** For everything together, redirects included. @default 5_000 */
  readonly timeoutMs?: number;
  /** Read of one page; what comes after is not waited for. @default 524_288 */
  readonly maxBytes?: number;
  /** @default 3 */
  readonly maxRedirects?: number;
  /** @default [80, 443] */
  readonly ports?: readonly number[];
  /**
   * Lets single addresses be reached that are not public, such as those of a host's own pages; asked after the check has
   * said no, and with what a name resolved to. @default none
   */
  readonly allowAddress?: (address: string) => boolean;
  /** @default the machine's name servers */
  readonly resolve?: ResolveName;
}

/**
 * Fetches pages that strangers name, and nothing else: http(s) without credentials on the usual ports, at public
 * addresses only. A name is looked up once, all of its addresses are checked, and the connection goes to just these; and
 * so again after every redirect. No cookies, no credentials, no compression. Throws `LinkFetchError`.
 */
export function safeFetcher(options: SafeFetcherOptions = {}): FetchPage {
  const {
    userAgent = 'Mozilla/5.0 (compatible; Confab-LinkPreviews/1.0)',
    timeoutMs = 5_000,
    maxBytes = 524_288,
    maxRedirects = 3,
    ports = [80, 443],
    allowAddress = () => false,
    resolve = resolveName,
  } = options;
  const isAllowed = (address: string): boolean => isPublicAddress(address) || allowAddress(address);

  async function addressesOf(url: URL, signal: AbortSignal): Promise<readonly string[]> {
    const literal = addressOf(url);
    const addresses = literal === null ? await resolve(url.hostname, { signal }) : [literal];
    if (addresses.length === 0) throw new LinkFetchError('address', 'The name has no address.');
    // One that is not allowed spoils all: nobody's name has both kinds for a good reason.
    if (!addresses.every(isAllowed)) throw new LinkFetchError('address', 'The address is not a public one.');
    return addresses;
  }

  function check({ protocol, username, password, port }: URL): void {
    if (protocol !== 'http:' && protocol !== 'https:') throw new LinkFetchError('url', 'Only http and https.');
    if (username + password !== '') throw new LinkFetchError('url', 'No credentials.');
    const wanted = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
    if (!ports.includes(wanted)) throw new LinkFetchError('url', 'This port is not allowed.');
  }

  async function follow(first: URL, signal: AbortSignal): Promise<PageFacts> {
    let url = first;
    for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
      check(url);
      const addresses = await addressesOf(url, signal);
      const response = await requestPage({ url, addresses, userAgent, signal });
      try {
        const next = targetOf(response, url);
        if (next === null) return await factsOf(response, url);
        url = next;
      } finally {
        response.close();
      }
    }
    throw new LinkFetchError('redirects', 'Too many redirects.');
  }

  async function factsOf(response: PageResponse, url: URL): Promise<PageFacts> {
    if (response.status !== 200) throw new LinkFetchError('status', 'The page is not there.');
    const type = response.headers['content-type'] ?? '';
    const encoding = response.headers['content-encoding'] ?? 'identity';
    const isMarkup = /^\s*(text\/html|application\/xhtml\+xml)\s*(;|$)/i.test(type);
    if (!isMarkup || encoding !== 'identity') throw new LinkFetchError('type', 'The page is not plain HTML.');
    return readPageFacts(decodeMarkup(await response.read(maxBytes, headEndFinder()), type), url);
  }

  return async (url, { signal }) => {
    try {
      return await withDeadline(signal, timeoutMs, (either) => follow(url, either));
    } catch (error) {
      if (error instanceof LinkFetchError) throw error;
      throw new LinkFetchError('network', 'The page could not be reached.', { cause: error });
    }
  };
}

/** Where a redirect leads; `null` for any other answer. */
function targetOf({ status, headers: { location } }: PageResponse, url: URL): URL | null {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return null;
  if (!URL.canParse(location, url.href)) throw new LinkFetchError('url', 'The redirect leads nowhere.');
  return new URL(location, url);
}
