import { Parser } from 'htmlparser2';
import sanitize from 'sanitize-html';

const elements = ['a', 'b', 'br', 'em', 'i', 'li', 'ol', 'p', 'span', 'strong', 'ul'];
const known: ReadonlySet<string> = new Set(elements);

/** The markup a message may hold: enough to stress, to list and to link. */
const allowed: sanitize.IOptions = {
  allowedTags: elements,
  allowedAttributes: { a: ['href', 'title', 'target'], '*': ['class', 'id'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesAppliedToAttributes: ['href'],
  // Deeper than anybody means it, and as deep as browsers take without harm.
  nestingLimit: 100,
};

/**
 * What is left of a piece of HTML that anyone may be shown: the allowed elements and attributes, links of the web and of
 * mail, and the text of everything else. Comments go. Cleaning what is clean changes nothing.
 */
export function cleanHtml(html: string): string {
  // A bracket in a text or an attribute is written as an entity, so this is only ever the end of an empty element.
  return sanitize(withoutUnknown(html), allowed).replaceAll(' />', '>');
}

/** What somebody reads of a piece of HTML. */
export function visibleText(html: string): string {
  let text = '';
  const parser = new Parser({
    ontext(part) {
      text += part;
    },
  });
  parser.end(html);
  return text;
}

/** What somebody reads of a piece of HTML, and where it is written. */
export interface ReadableText {
  /** What stands on lines of their own is apart. */
  readonly text: string;
  /** Where in the HTML each of its UTF-16 units begins and ends; at one place for what only keeps lines apart. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** What is read of elements by pointing at them. */
  readonly titles: readonly string[];
  /** Where its links lead. */
  readonly links: readonly string[];
}

/** Elements that stand in a line. */
const inline: ReadonlySet<string> = new Set(['a', 'b', 'em', 'i', 'span', 'strong']);

/** Reads clean HTML as its reader does. */
export function readableText(html: string): ReadableText {
  let text = '';
  const starts: number[] = [];
  const ends: number[] = [];
  const titles: string[] = [];
  const links: string[] = [];
  const parser = new Parser({
    onopentag(name, { title, href }) {
      apart(name);
      if (title !== undefined) titles.push(title);
      if (href !== undefined) links.push(href);
    },
    onclosetag: apart,
    ontext(part) {
      const [start, end] = [parser.startIndex, parser.endIndex + 1];
      // Of an entity every unit is all of it.
      const isVerbatim = end - start === part.length;
      text += part;
      for (let unit = 0; unit < part.length; unit += 1) {
        starts.push(isVerbatim ? start + unit : start);
        ends.push(isVerbatim ? start + unit + 1 : end);
      }
    },
  });

  function apart(name: string): void {
    if (inline.has(name)) return;
    text += ' ';
    starts.push(parser.startIndex);
    ends.push(parser.startIndex);
  }

  parser.end(html);
  return { text, starts, ends, titles, links };
}

/**
 * The same HTML without unknown elements, but with the text that is in them: by itself, the sanitiser drops that of
 * scripts and the like. It need not be safe: it is cleaned afterwards.
 */
function withoutUnknown(html: string): string {
  let result = '';
  const parser = new Parser({
    onopentag(name, attributes) {
      if (known.has(name)) result += `<${name}${written(attributes)}>`;
    },
    onclosetag(name) {
      if (known.has(name) && name !== 'br') result += `</${name}>`;
    },
    ontext(text) {
      result += escaped(text);
    },
  });
  parser.end(html);
  return result;
}

function written(attributes: Readonly<Record<string, string>>): string {
  const plain = Object.entries(attributes).filter(([name]) => /^[a-z]+$/.test(name));
  return plain.map(([name, value]) => ` ${name}="${escaped(value).replaceAll('"', '&quot;')}"`).join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
