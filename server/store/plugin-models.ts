import type { ChatModerationItem, ChatModerationMute, PrismaClient } from './generated/sqlite/client.js';

/** What the plugin `polls` keeps. */
export type PollModels = Pick<PrismaClient, 'chatPoll' | 'chatPollOption' | 'chatPollVote'>;

/** What the plugin `linkPreviews` keeps. */
export type LinkPreviewModels = Pick<PrismaClient, 'chatLinkPreview' | 'chatLinkPreviewTask'>;

/** What the plugin `moderation` keeps. */
export type ModerationModels = Pick<PrismaClient, 'chatModerationItem' | 'chatModerationMute'>;
export type ModerationItemRow = ChatModerationItem;
export type ModerationMuteRow = ChatModerationMute;
