import { Parser } from 'htmlparser2';

/** What a page says about itself, as it was found: nothing in it is checked or cleaned. */
export interface PageFacts {
  readonly title?: string | null | undefined;
  readonly description?: string | null | undefined;
  /** Absolute. */
  readonly image?: string | null | undefined;
  readonly siteName?: string | null | undefined;
}

/** Where each fact may stand, the better place first. */
const places = {
  title: ['og:title', 'twitter:title'],
  description: ['og:description', 'twitter:description', 'description'],
  image: ['og:image:secure_url', 'og:image', 'og:image:url', 'twitter:image', 'twitter:image:src'],
  siteName: ['og:site_name', 'application-name'],
} as const;

/** More than anybody shows; a page's title may be all of the page. */
const maxTitle = 2_000;

/** Reads OpenGraph and what stands in for it. */
export function readPageFacts(markup: string, url: URL): PageFacts {
  const metas = new Map<string, string>();
  let title = '';
  let base = url;
  let isInTitle = false;
  let hadTitle = false;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === 'title') isInTitle = !hadTitle;
      if (name === 'base') base = baseOf(attributes['href'], url);
      if (name !== 'meta') return;
      const key = (attributes['property'] ?? attributes['name'])?.trim().toLowerCase();
      const content = attributes['content'];
      // The first counts: what is repeated are further pictures.
      if (key !== undefined && content !== undefined && content.trim() !== '' && !metas.has(key)) {
        metas.set(key, content);
      }
    },
    ontext(text) {
      if (isInTitle && title.length < maxTitle) title += text;
    },
    onclosetag(name) {
      if (name !== 'title') return;
      hadTitle ||= isInTitle;
      isInTitle = false;
    },
  });
  parser.end(markup);

  const first = (names: readonly string[]): string | null => {
    for (const name of names) {
      const found = metas.get(name);
      if (found !== undefined) return found;
    }
    return null;
  };
  const image = first(places.image);
  return {
    title: first(places.title) ?? title,
    description: first(places.description),
    image: image !== null && URL.canParse(image, base.href) ? new URL(image, base).href : null,
    siteName: first(places.siteName),
  };
}

function baseOf(href: string | undefined, url: URL): URL {
  return href !== undefined && URL.canParse(href, url.href) ? new URL(href, url) : url;
}
