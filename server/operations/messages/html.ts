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
