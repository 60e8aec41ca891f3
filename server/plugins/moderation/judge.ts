import type { Attachment, MessageFormat } from '@confab/shared';
import type { ModerationRule } from '@confab/shared/plugins/moderation';
import { ChatConfigError } from '../../settings.js';
import { fold } from './fold.js';
import type { ModerationKit } from './kit.js';
import { createLinkFinder } from './links.js';
import type { ModerationAction, ResolvedOptions, VerdictQuestion } from './options.js';
import { textsOf, withStars } from './texts.js';
import type { SaidParts } from './texts.js';
import { askVerdict } from './verdict.js';
import { createWordFinder } from './words.js';

/** Why something does not simply go through. */
export interface Finding {
  readonly action: ModerationAction;
  readonly rule: ModerationRule;
  /** For moderators. */
  readonly reason: string | null;
  /** For the author, from the host. */
  readonly note: string | null;
}

/** What may be said, and what was found in it; the gravest first. */
export interface Judgement<Parts extends SaidParts> {
  readonly parts: Parts;
  readonly findings: readonly Finding[];
}

/** Applies the rules of one chat. */
export interface Judge {
  /** The rules of words and links alone, at once. Masks words where that is what a rule asks for. */
  glance<Parts extends SaidParts>(parts: Parts, format: MessageFormat): Judgement<Parts>;
  /** All rules. `about` is what the verdict needs beside the parts. */
  judge<Parts extends SaidParts>(parts: Parts, about: VerdictQuestion): Promise<Judgement<Parts>>;
}

const gravity: Readonly<Record<ModerationAction, number>> = { flag: 0, hold: 1, shadow: 2, block: 3 };

/** Prepares the rules. Throws `ChatConfigError` that names the option that can't be used. */
export function createJudge(kit: Pick<ModerationKit, 'clock' | 'log'>, options: ResolvedOptions): Judge {
  const { words, links, flood } = prepare(options);

  function lookForWords<Parts extends SaidParts>(parts: Parts, format: MessageFormat): Judgement<Parts> {
    const { open, data } = textsOf(parts, format);
    const findings: Finding[] = [];
    let masked = parts;
    for (const finder of words) {
      const { action = 'block' } = finder.rule;
      const isMasking = action === 'mask';
      // What an application reads can't be given stars.
      const texts = isMasking ? data : [...open, ...data];
      for (const { word, list } of texts.flatMap((text) => finder.find(fold(text)))) {
        const reason = list === null ? word : `${list}: ${word}`;
        findings.push({ action: isMasking ? 'block' : action, rule: 'words', reason, note: null });
      }
      if (isMasking) masked = withStars(masked, format, (text) => finder.find(fold(text)));
    }
    return { parts: masked, findings };
  }

  function lookForLinks(parts: SaidParts, format: MessageFormat): readonly Finding[] {
    const { open, data, links: targets } = textsOf(parts, format);
    return links.flatMap((finder) => {
      const { action = 'block' } = finder.rule;
      const hosts = finder.find([...open, ...data, ...targets], parts.attachments ?? []);
      return hosts.map((host): Finding => ({ action, rule: 'links', reason: host, note: null }));
    });
  }

  function glance<Parts extends SaidParts>(parts: Parts, format: MessageFormat): Judgement<Parts> {
    const { parts: masked, findings } = lookForWords(parts, format);
    return { parts: masked, findings: [...findings, ...lookForLinks(parts, format)].sort(byGravity) };
  }

  async function judge<Parts extends SaidParts>(parts: Parts, about: VerdictQuestion): Promise<Judgement<Parts>> {
    const { parts: masked, findings } = glance(parts, about.format);
    if (flood.mentions !== false && new Set(about.mentions).size > flood.mentions) {
      const reason = String(about.mentions.length);
      return { parts: masked, findings: [{ action: 'block', rule: 'mentions', reason, note: null }] };
    }
    if (findings[0]?.action === 'block') return { parts: masked, findings };
    const ruling = await askVerdict(kit, options, asked(about, masked));
    if (ruling.action === 'allow') return { parts: masked, findings };
    if (ruling.action === 'replace') return { parts: { ...masked, content: ruling.content }, findings };
    return { parts: masked, findings: [...findings, ruling].sort(byGravity) };
  }

  return { glance, judge };
}

function prepare({ words, links, flood }: ResolvedOptions) {
  const each = <Rule, Finder>(name: string, rules: readonly Rule[], create: (rule: Rule) => Finder): Finder[] =>
    rules.map((rule, index) => {
      try {
        return create(rule);
      } catch (error) {
        const sentence = error instanceof Error ? error.message : String(error);
        throw new ChatConfigError(`moderation.${name}.${index}: ${sentence}`, { cause: error });
      }
    });
  return { words: each('words', words, createWordFinder), links: each('links', links, createLinkFinder), flood };
}

function byGravity(one: Finding, other: Finding): number {
  return gravity[other.action] - gravity[one.action];
}

function asked(about: VerdictQuestion, { content, attachments }: SaidParts): VerdictQuestion {
  const now: { content?: string; attachments?: readonly Attachment[] } = {};
  if (content !== undefined) now.content = content;
  if (attachments !== undefined) now.attachments = attachments;
  return { ...about, ...now };
}
