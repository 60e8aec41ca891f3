import type { LinkPreview } from '@confab/shared/plugins/link-previews';
import { isBlank } from '@confab/shared';
import { addressOf, isPublicAddress } from './addresses.js';
import type { PageFacts } from './page-facts.js';

/** In code points. */
const most = { title: 200, description: 400, siteName: 80 } as const;
const maxUrlLength = 2_048;

/** Spaces and what breaks lines, one or many. */
const space = /[\s\p{Zl}\p{Zp}]+/gu;
/** Controls, bidi controls and what else is there without being seen; but for the joiners that emoji and scripts need. */
const unseen = /(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;

/** What may be kept of a page; `null` when it says nothing that could be shown. */
export function cleanPage(link: string, facts: PageFacts): LinkPreview | null {
  const title = line(facts.title, most.title);
  const description = line(facts.description, most.description);
  const image = imageUrl(facts.image);
  const siteName = line(facts.siteName, most.siteName);
  return title === null && description === null && image === null
    ? null
    : { url: link, title, description, image, siteName };
}

/** One line of at most so many code points; `null` when nothing of it could be seen. */
function line(text: unknown, length: number): string | null {
  if (typeof text !== 'string') return null;
  // Cut first: the work stays bounded whatever a page says.
  const cleaned = text
    .slice(0, 16 * length)
    .replace(space, ' ')
    .replace(unseen, '')
    .trim();
  if (isBlank(cleaned.replace(/[\u200C\u200D]/g, ''))) return null;
  const points = Array.from(cleaned);
  return points.length <= length
    ? cleaned
    : `${points
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}

/** A picture that readers' browsers may be sent to: http(s), without credentials, and no address within their own network. */
function imageUrl(given: unknown): string | null {
  if (typeof given !== 'string' || given.length > maxUrlLength || !URL.canParse(given)) return null;
  const url = new URL(given);
  if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.username + url.password !== '') return null;
  const address = addressOf(url);
  if (url.hostname === 'localhost' || (address !== null && !isPublicAddress(address))) return null;
  return url.href.length <= maxUrlLength ? url.href : null;
}
