import { ChatError } from '@confab/shared';
import type { moderationPermissions } from '@confab/shared/plugins/moderation';
import type { Admitted } from '../../extend/plugins/plugin-kit.js';
import type { ChatScope } from '../../extend/scope.js';
import type { ModerationKit, ModerationRead, ModerationWrite } from './kit.js';
import type { ResolvedOptions } from './options.js';

type Action = keyof typeof moderationPermissions;

/** Who may moderate: the moderators of a room by the permission table, the host and its own moderators everywhere. */
export interface Rights {
  isHost(scope: ChatScope): Promise<boolean>;
  /** Throws `PERMISSION_DENIED` for anybody but the host and its moderators. */
  requireHost(scope: ChatScope): Promise<void>;
  read<Result>(
    scope: ChatScope,
    action: Action,
    roomId: string,
    work: (tx: ModerationRead) => Promise<Result>,
  ): Promise<Result>;
  /** Locks the room. `member` is `null` for the host and its moderators. */
  write<Result>(
    scope: ChatScope,
    action: Action,
    roomId: string,
    work: (tx: ModerationWrite & Admitted) => Promise<Result>,
  ): Promise<Result>;
}

export function createRights(kit: ModerationKit, { isModerator }: Pick<ResolvedOptions, 'isModerator'>): Rights {
  const isHost = async (scope: ChatScope): Promise<boolean> => scope.isSystem || (await isModerator(scope.user));
  return {
    isHost,
    async requireHost(scope) {
      if (!(await isHost(scope))) throw new ChatError('PERMISSION_DENIED');
    },
    async read(scope, action, roomId, work) {
      if (await isHost(scope)) return kit.read(scope, work);
      return kit.readMessages(scope, action, roomId, [], work);
    },
    async write(scope, action, roomId, work) {
      if (!(await isHost(scope))) return kit.writeRoom(scope, action, roomId, work);
      return kit.write(scope, async (tx) => {
        const room = (await tx.lock([roomId])).get(roomId);
        if (room === undefined || room.deletedAt !== null || room.kind === 'user') throw new ChatError('NOT_FOUND');
        return work({ ...tx, room, member: null });
      });
    },
  };
}
