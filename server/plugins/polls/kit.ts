import type { ErrorDefinitions, Rate } from '@confab/shared';
import type { pollPermissions } from '@confab/shared/plugins/polls';
import type { PluginKit, PluginWrite } from '../../extend/plugins/plugin-kit.js';
import type { PollModels } from '../../store/plugin-models.js';
import type { pollEvents } from './events.js';

export const pollErrors = {
  POLL_CLOSED: { status: 4_110, trpc: 'CONFLICT', sentence: 'This poll is closed.' },
  POLL_FIXED: { status: 4_111, trpc: 'CONFLICT', sentence: 'What a poll asks does not change any more.' },
} as const satisfies ErrorDefinitions;

export interface PollRates extends Readonly<Record<string, Rate>> {
  readonly votes: Rate;
}

/** What the parts of this plugin are built with. */
export type PollKit = PluginKit<typeof pollErrors, typeof pollEvents, typeof pollPermissions, PollRates, PollModels>;

export type PollWrite = PluginWrite<PollModels, typeof pollEvents>;
