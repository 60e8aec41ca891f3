import type { Hooks } from '../../extend/hooks/hooks.js';
import { deleteHooks } from './delete-hooks.js';
import { editHook } from './edit-hook.js';
import { forwardHook } from './forward-hook.js';
import { ghostHooks } from './ghost-hooks.js';
import { createGuard } from './guard.js';
import type { ModerationKit } from './kit.js';
import type { Mutes } from './mutes.js';
import { nameHooks } from './name-hooks.js';
import type { ResolvedOptions } from './options.js';
import { sendHook } from './send-hook.js';

/** Everything that stands around the operations of a chat that is moderated. */
export function moderationHooks(kit: ModerationKit, options: ResolvedOptions, mutes: Mutes): Hooks {
  const guard = createGuard(kit, options, mutes);
  return {
    ...ghostHooks(kit, guard.ghosts, mutes),
    ...deleteHooks(kit, guard.ghosts),
    ...nameHooks(guard),
    'message.send': sendHook(guard),
    'message.edit': editHook(guard),
    'message.forward': forwardHook(guard),
  };
}
