import type { Attachment, JsonObject, Mention, MessageFormat, UserProfile } from '@confab/shared';
import { z } from 'zod';
import { action, refuseBy } from '../../extend/option.js';

/**
 * What becomes of what a rule found. `flag`: it is said, and a moderator is to look. `hold`: it is said once a moderator
 * approves. `block`: refused. `shadow`: only its author sees it.
 */
export type ModerationAction = 'flag' | 'hold' | 'block' | 'shadow';

/** Words that are not to be said. */
export interface WordRule {
  /** Words or phrases, as they are: no patterns. Several lists may have names, such as those of languages. */
  readonly words: readonly string[] | Readonly<Record<string, readonly string[]>>;
  /** `word`: not as a part of other words; where a script has no spaces, all the same as `anywhere`. @default 'word' */
  readonly match?: 'word' | 'anywhere';
  /** Whole words that may be said although one of `words` is in them. */
  readonly except?: readonly string[];
  /** `mask` says it with stars in their place. @default 'block' */
  readonly action?: ModerationAction | 'mask';
}

/** Where links may lead: only to `allow`, or anywhere but to `deny`. A domain stands for its subdomains, too. */
export interface LinkRule {
  /** `[]`: no links at all. */
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  /** Whether the URLs of attachments are links, too. @default true */
  readonly attachments?: boolean;
  /** Names without a scheme that are links beside those under country codes and some eighty other top-level domains. */
  readonly topLevelDomains?: readonly string[];
  /** @default 'block' */
  readonly action?: ModerationAction;
}

/** So many in so long. */
export interface FloodLimit {
  readonly count: number;
  readonly perMs: number;
}

/** What is too much. Counted in the memory of each node, so that n nodes allow up to n times as much. `false`: not counted. */
export interface FloodRule {
  /** Messages of one user in one room. @default { count: 10, perMs: 10_000 } */
  readonly messages?: FloodLimit | false;
  /** The same content by one user, in whatever rooms; edits count, too. @default { count: 3, perMs: 60_000 } */
  readonly repeats?: FloodLimit | false;
  /** People one message may name; `@room` counts as one. @default 10 */
  readonly mentions?: number | false;
}

/** What `verdict` is asked about: a message or an edit as it would be said, after words were masked. */
export interface VerdictQuestion {
  readonly subject: 'message' | 'edit';
  readonly roomId: string;
  readonly user: UserProfile;
  /** Of an edit: the message. */
  readonly messageId: string | null;
  readonly content: string;
  readonly format: MessageFormat;
  readonly attachments: readonly Attachment[];
  readonly mentions: readonly Mention[];
  readonly custom: JsonObject;
}

/** What a host says about a message. */
export type Verdict =
  | 'allow'
  | ModerationAction
  | {
      readonly action: ModerationAction;
      /** For moderators. */
      readonly reason?: string;
      /** For the author of something held or blocked. */
      readonly note?: string;
    }
  | { readonly action: 'replace'; readonly content: string };

/** Looks at a message before it is said. The signal ends when the deadline has passed. */
export type AskVerdict = (
  question: VerdictQuestion,
  options: { readonly signal: AbortSignal },
) => Verdict | Promise<Verdict>;

/** How messages are moderated. What is left out is not done. */
export interface ModerationOptions {
  readonly words?: WordRule | readonly WordRule[];
  readonly links?: LinkRule | readonly LinkRule[];
  /** `{}` for the defaults. */
  readonly flood?: FloodRule;
  /** Asked last, unless a rule has refused already. */
  readonly verdict?: AskVerdict;
  /** How long `verdict` is waited for. @default 2_000 */
  readonly verdictMs?: number;
  /** What happens when it takes longer or throws. @default 'allow' */
  readonly withoutVerdict?: 'allow' | 'flag' | 'hold' | 'block';
  /** Whose messages no rule looks at. @default nobody's; calls of `chat.system` are never looked at */
  readonly isExempt?: (user: UserProfile) => boolean | Promise<boolean>;
  /** The host's own moderators, who may do everything in all rooms. @default nobody */
  readonly isModerator?: (user: UserProfile) => boolean | Promise<boolean>;
  /** Ids of those of them who are told when something waits, beside the moderators of the room. @default nobody */
  readonly alert?: (roomId: string) => readonly string[] | Promise<readonly string[]>;
  /** What `MESSAGE_BLOCKED` says: which rule it was, and what it found, too. @default 'rule' */
  readonly tell?: 'nothing' | 'rule' | 'match';
  /** How long decided cases and shadowed messages are kept. @default 90 */
  readonly keepDays?: number;
}

/** The options with their defaults. */
export interface ResolvedOptions
  extends
    Required<Omit<ModerationOptions, 'words' | 'links' | 'flood' | 'verdict'>>,
    Pick<ModerationOptions, 'verdict'> {
  readonly words: readonly WordRule[];
  readonly links: readonly LinkRule[];
  readonly flood: Required<FloodRule>;
}

const actions = ['flag', 'hold', 'block', 'shadow'] as const;
const list = z.array(z.string().min(1).max(1_000)).max(100_000);

const wordRule = z.strictObject({
  words: z.union([list, z.record(z.string(), list)]),
  match: z.enum(['word', 'anywhere']).optional(),
  except: list.optional(),
  action: z.enum([...actions, 'mask']).optional(),
});

const linkRule = z
  .strictObject({
    allow: list.optional(),
    deny: list.optional(),
    attachments: z.boolean().optional(),
    topLevelDomains: list.optional(),
    action: z.enum(actions).optional(),
  })
  .refine(({ allow, deny }) => (allow === undefined) !== (deny === undefined), 'name either allow or deny');

const floodLimit = z.union([
  z.literal(false),
  z.strictObject({ count: z.int().min(1).max(10_000), perMs: z.int().min(1).max(86_400_000) }),
]);

const flood = z.strictObject({
  messages: floodLimit.default({ count: 10, perMs: 10_000 }),
  repeats: floodLimit.default({ count: 3, perMs: 60_000 }),
  mentions: z.union([z.literal(false), z.int().min(0)]).default(10),
});

const someOf = <Rule extends z.ZodType>(rule: Rule) =>
  z.preprocess((given: unknown) => (given === undefined ? [] : Array.isArray(given) ? given : [given]), z.array(rule));

const schema = z.strictObject({
  words: someOf(wordRule),
  links: someOf(linkRule),
  flood: flood.default({ messages: false, repeats: false, mentions: false }),
  verdict: action.optional(),
  verdictMs: z.int().min(1).max(60_000).default(2_000),
  withoutVerdict: z.enum(['allow', 'flag', 'hold', 'block']).default('allow'),
  isExempt: action.optional(),
  isModerator: action.optional(),
  alert: action.optional(),
  tell: z.enum(['nothing', 'rule', 'match']).default('rule'),
  keepDays: z.number().positive().default(90),
});

/** Fills in the defaults. Throws `ChatConfigError` that names the option that can't be used. */
export function resolveOptions(options: ModerationOptions): ResolvedOptions {
  refuseBy(schema, 'moderation', options);
  const given = schema.parse(options);
  const { verdict, isExempt = () => false, isModerator = () => false, alert = () => [] } = options;
  const { words, links, flood: limits, verdictMs, withoutVerdict, tell, keepDays } = given;
  return {
    ...{ verdictMs, withoutVerdict, tell, keepDays, isExempt, isModerator, alert },
    // The schema leaves out what is not given, as these types ask for it.
    words: words as readonly WordRule[],
    links: links as readonly LinkRule[],
    flood: limits,
    ...(verdict !== undefined && { verdict }),
  };
}
