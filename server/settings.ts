import { defaultLimits } from '@confab/shared';
import type { Limits } from '@confab/shared';
import { z } from 'zod';

/** Everything about a chat that can be set, resolved. */
export interface Settings {
  /** Deleted messages stay as tombstones; `false` removes their rows. @default true */
  readonly softDelete: boolean;
  /** Whether `notification.*` keeps anything. @default true */
  readonly notifications: boolean;
  /** A session that was silent for longer counts as expired. @default 60_000 */
  readonly inactivityThresholdMs: number;
  /** Whether messages may be HTML, which is cleaned as it is written. @default false */
  readonly html: boolean;
  /** `one`: a new reaction replaces the user's earlier one on that message. @default 'one' */
  readonly reactions: 'one' | 'many';
  /**
   * Comings and goings, another owner and another name are also said in messages of the system, which nobody has to read.
   * @default false
   */
  readonly systemMessages: boolean;
  /** Members a new room may have when its creator says nothing. @default { group: 100, channel: 300 } */
  readonly maxMembers: { readonly group: number; readonly channel: number };
  /** The most a creator may ask for. @default limits.membersPerRoom */
  readonly maxMembersLimit: number;
  /**
   * How long the log is kept, per room: whichever keeps more. Devices that nobody heard of for `days` are forgotten, but
   * the last one of each user and those that were revoked. @default { days: 30, events: 10_000 }
   */
  readonly retention: { readonly days: number; readonly events: number };
  /** MIME types an attachment may have. */
  readonly mime: readonly string[];
  /** Schemes an attachment's or image's URL may have. @default ['https:', 'http:'] */
  readonly urlSchemes: readonly string[];
  readonly limits: Limits;
}

/** What a host may pass: any part of the settings. */
export type SettingsInput = Partial<Omit<Settings, 'limits' | 'maxMembers' | 'retention'>> & {
  readonly limits?: Partial<Limits>;
  readonly maxMembers?: Partial<Settings['maxMembers']>;
  readonly retention?: Partial<Settings['retention']>;
};

/** The types people attach, as the package this one grew from allowed them. */
const defaultMime: readonly string[] = [
  ...['jpeg', 'png', 'gif', 'webp', 'bmp', 'heic'].map((type) => `image/${type}`),
  ...['mpeg', 'mp4', 'aac', 'ogg', 'wav', 'opus'].map((type) => `audio/${type}`),
  ...['mp4', 'quicktime', 'webm', 'ogg', 'x-msvideo', 'x-matroska'].map((type) => `video/${type}`),
  'application/pdf',
  'application/msword',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.ms-excel',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.ms-powerpoint',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'text/plain',
  'text/csv',
];

const count = (preset: number) => z.int().min(1).max(10_000_000).default(preset);
const rate = (preset: { perSecond: number; burst: number }) =>
  z
    .union([z.literal(false), z.strictObject({ perSecond: z.number().positive(), burst: z.int().min(1) })])
    .default(preset);

const limitsSchema = z.strictObject({
  contentCodePoints: count(defaultLimits.contentCodePoints),
  contentBytes: count(defaultLimits.contentBytes),
  customBytes: count(defaultLimits.customBytes),
  customDepth: count(defaultLimits.customDepth),
  customKeys: count(defaultLimits.customKeys),
  attachments: count(defaultLimits.attachments),
  mentions: count(defaultLimits.mentions),
  emojiLength: count(defaultLimits.emojiLength),
  membersPerCall: count(defaultLimits.membersPerCall),
  roomsPerUser: count(defaultLimits.roomsPerUser),
  membersPerRoom: count(defaultLimits.membersPerRoom),
  page: z.int().min(1).max(100).default(defaultLimits.page),
  uploadBytes: z.int().min(1).default(defaultLimits.uploadBytes),
  sends: rate({ perSecond: 10, burst: 20 }),
  mutations: rate({ perSecond: 20, burst: 60 }),
  typingMs: count(defaultLimits.typingMs),
  streams: count(defaultLimits.streams),
});

const settingsSchema = z.strictObject({
  softDelete: z.boolean().default(true),
  notifications: z.boolean().default(true),
  inactivityThresholdMs: count(60_000),
  html: z.boolean().default(false),
  reactions: z.enum(['one', 'many']).default('one'),
  systemMessages: z.boolean().default(false),
  maxMembers: z.strictObject({ group: count(100), channel: count(300) }).prefault({}),
  maxMembersLimit: count(defaultLimits.membersPerRoom),
  retention: z.strictObject({ days: z.number().positive().default(30), events: count(10_000) }).prefault({}),
  mime: z.array(z.string().min(3)).default([...defaultMime]),
  urlSchemes: z.array(z.string().regex(/^[a-z][a-z0-9+.-]*:$/)).default(['https:', 'http:']),
  limits: limitsSchema.prefault({}),
});

/** An option of `createChat` that can't be used; its message names it. */
export class ChatConfigError extends Error {
  override readonly name = 'ChatConfigError';
}

function freeze<Part extends object>(part: Part): Part {
  for (const value of Object.values(part) as unknown[]) if (typeof value === 'object' && value !== null) freeze(value);
  return Object.freeze(part);
}

/** Fills in the defaults. Throws `ChatConfigError` naming the first setting that is unknown or out of range. */
export function resolveSettings(input: SettingsInput | undefined): Settings {
  const parsed = settingsSchema.safeParse(input ?? {});
  if (parsed.success) return freeze(parsed.data);
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const path = ['settings', ...(issue?.path ?? []), ...unknown.slice(0, 1)].join('.');
  throw new ChatConfigError(
    `${path}: ${issue?.code === 'unrecognized_keys' ? 'there is no such setting.' : (issue?.message ?? 'not valid.')}`,
  );
}
