import { LinkifyIt } from 'linkify-it';

const finder = new LinkifyIt({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
for (const scheme of ['ftp:', 'mailto:', '//']) finder.add(scheme, null);

/** Longer ones are no links that anybody typed. */
const maxUrlLength = 2_048;

/** Whether it is worth looking for links at all. */
export function mayHaveLinks(content: string): boolean {
  return /https?:\/\//i.test(content);
}

/**
 * The http(s) links of a text as a browser would write them, each once, in order, at most `most`. One that stands
 * between `<` and `>` is passed over: that is how its writer says that no preview is wanted.
 */
export function linksIn(content: string, most: number): readonly string[] {
  if (!mayHaveLinks(content)) return [];
  const found = new Map<string, string>();
  for (const { index, lastIndex, url } of finder.match(content) ?? []) {
    if (content[index - 1] === '<' && content[lastIndex] === '>') continue;
    const link = parse(url);
    if (link === null) continue;
    // Two links to places within one page have one preview.
    const page = link.href.slice(0, link.href.length - link.hash.length);
    if (!found.has(page)) found.set(page, link.href);
    if (found.size === most) break;
  }
  return [...found.values()];
}

function parse(url: string): URL | null {
  if (url.length > maxUrlLength || !URL.canParse(url)) return null;
  const link = new URL(url);
  const isPlain = (link.protocol === 'https:' || link.protocol === 'http:') && link.username + link.password === '';
  return isPlain && link.href.length <= maxUrlLength ? link : null;
}
