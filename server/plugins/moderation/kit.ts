import type { ErrorDefinitions } from '@confab/shared';
import { moderationStates } from '@confab/shared/plugins/moderation';
import type { ModerationEventData, moderationPermissions, ModerationRule } from '@confab/shared/plugins/moderation';
import { z } from 'zod';
import type { PluginKit, PluginRead, PluginWrite } from '../../extend/plugins/plugin-kit.js';
import type { ModerationModels } from '../../store/plugin-models.js';

export const moderationErrors = {
  MESSAGE_BLOCKED: { status: 4_120, trpc: 'UNPROCESSABLE_CONTENT', sentence: 'This may not be said here.' },
  MESSAGE_HELD: { status: 4_121, trpc: 'UNPROCESSABLE_CONTENT', sentence: 'A moderator will look at this first.' },
} as const satisfies ErrorDefinitions;

const rules = ['words', 'links', 'mentions', 'verdict', 'timeout', 'report', 'mute'] as const;
const facts = { itemId: z.string(), roomId: z.string(), subject: z.enum(['message', 'edit']) };

type Schemas = { readonly [Type in keyof ModerationEventData]: z.ZodType<ModerationEventData[Type]> };

/** All personal, and without any content: what they are about is asked for. */
export const moderationEvents = {
  'moderation.queued': z.strictObject({
    ...facts,
    userId: z.string(),
    state: z.enum(['held', 'flagged']),
    rule: z.enum(rules) satisfies z.ZodType<ModerationRule>,
  }),
  'moderation.decided': z.strictObject({
    ...facts,
    decision: z.enum(['approved', 'rejected']),
    messageId: z.string().nullable(),
    clientId: z.string().nullable(),
  }),
  'message.echo': z.strictObject({ roomId: z.string(), messageId: z.string() }),
} satisfies Schemas;

export const stateInput = z.enum(moderationStates);

/** What the parts of this plugin are built with. */
export type ModerationKit = PluginKit<
  typeof moderationErrors,
  typeof moderationEvents,
  typeof moderationPermissions,
  Record<never, never>,
  ModerationModels
>;

export type ModerationRead = PluginRead<ModerationModels>;
export type ModerationWrite = PluginWrite<ModerationModels, typeof moderationEvents>;
