import type { Attachment } from '@confab/shared';
import { LinkifyIt } from 'linkify-it';
import type { LinkRule } from './options.js';

/** Looks for links, and tells those that are not allowed. */
export interface LinkFinder {
  readonly rule: LinkRule;
  /** The hosts that the rule is against, each once. */
  find(texts: readonly string[], attachments: readonly Pick<Attachment, 'url'>[]): readonly string[];
}

/** What is recognised without a scheme, beside two-letter domains and the oldest ones. */
const commonDomains = [
  ...[
    'app',
    'art',
    'bet',
    'blog',
    'buzz',
    'cam',
    'cash',
    'casino',
    'cfd',
    'chat',
    'click',
    'cloud',
    'club',
    'cyou',
    'date',
  ],
  ...[
    'dev',
    'download',
    'finance',
    'fun',
    'game',
    'games',
    'gift',
    'icu',
    'lat',
    'life',
    'link',
    'live',
    'loan',
    'lol',
  ],
  ...['market', 'mobi', 'monster', 'name', 'news', 'one', 'online', 'page', 'party', 'porn', 'poker', 'promo', 'quest'],
  ...['rest', 'review', 'sale', 'sbs', 'sex', 'shop', 'site', 'social', 'space', 'store', 'stream', 'support', 'tech'],
  ...['tel', 'tickets', 'today', 'tokyo', 'top', 'trade', 'travel', 'vip', 'webcam', 'website', 'win', 'work', 'world'],
  ...['wtf', 'xin', 'xyz', 'zip', 'zone'],
];

/** A scheme of any kind: what an app makes of it is its own affair. */
const anyScheme = /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,30}:\/\/[^\s<>"']{1,2048}/giu;

/** Prepares a rule. Throws a `RangeError` that names a domain that is none. */
export function createLinkFinder(rule: LinkRule): LinkFinder {
  const named = new Set((rule.allow ?? rule.deny ?? []).map(domainOf));
  const isNamed = (host: string): boolean => {
    for (let rest = host; rest !== ''; rest = rest.replace(/^[^.]*\.?/, '')) if (named.has(rest)) return true;
    return false;
  };
  const isRefused = (host: string): boolean => isNamed(host) === (rule.deny !== undefined);
  const linkify = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: false, fuzzyIP: false });
  linkify.tlds([...commonDomains, ...(rule.topLevelDomains ?? [])], true);

  function hostsIn(text: string): readonly string[] {
    const links = (linkify.match(text) ?? []).filter(({ schema }) => schema !== 'mailto:').map(({ url }) => url);
    return [...links, ...(text.match(anyScheme) ?? [])].map(hostOf);
  }

  return {
    rule,
    find(texts, attachments) {
      const said = texts.flatMap((text) => [text, plain(text)]).flatMap(hostsIn);
      const attached = rule.attachments === false ? [] : attachments.map(({ url }) => hostOf(url));
      return [...new Set([...said, ...attached])].filter(isRefused);
    },
  };
}

/** The text without what is not seen in it, and with one kind of full stop. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/[\u3002\uFF61]/g, '.');
}

/** The host a link leads to, as a browser would write it; the link itself when no browser would follow it. */
function hostOf(link: string): string {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  const host = url?.hostname ?? '';
  if (host === '') return link.slice(0, 253).toLowerCase();
  // Only of the schemes of the web does a URL bring the host's name into one form.
  const web = `http://${host}`;
  return (URL.canParse(web) ? new URL(web).hostname : host.toLowerCase()).replace(/\.$/, '');
}

function domainOf(given: string): string {
  const url = `http://${given.replace(/^\*?\./, '').replace(/\.$/, '')}`;
  const host = URL.canParse(url) ? new URL(url) : undefined;
  if (host === undefined || host.pathname !== '/' || host.username !== '' || host.port !== '') {
    throw new RangeError(`${JSON.stringify(given)} is not a domain.`);
  }
  return host.hostname;
}
