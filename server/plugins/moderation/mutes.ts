import { ChatError, invalid, outranks } from '@confab/shared';
import type { MemberFacts, Page } from '@confab/shared';
import type { ShadowMute } from '@confab/shared/plugins/moderation';
import type { ChatScope } from '../../extend/scope.js';
import type { ModerationMuteRow } from '../../store/plugin-models.js';
import { withUsers } from '../../store/present/user.js';
import type { MuteInput, MutesInput, UnmuteInput } from './inputs.js';
import type { ModerationKit, ModerationRead, ModerationWrite } from './kit.js';
import type { Rights } from './rights.js';

/** Who is heard by themselves only, and where. */
export interface Mutes {
  isMuted(scope: ChatScope, roomId: string): Promise<boolean>;
  mute(scope: ChatScope, input: MuteInput): Promise<ShadowMute>;
  /** What was said meanwhile stays unheard. */
  unmute(scope: ChatScope, input: UnmuteInput): Promise<void>;
  list(scope: ChatScope, input: MutesInput): Promise<Page<ShadowMute>>;
}

const everywhere = '';

export function createMutes(kit: ModerationKit, rights: Rights): Mutes {
  const active = () => ({ endedAt: null, OR: [{ until: null }, { until: { gt: kit.clock.now() } }] });

  /** In one room by its moderators, in all rooms by the host's. */
  async function changing<Result>(
    scope: ChatScope,
    { roomId, userId }: { readonly roomId?: string | undefined; readonly userId: string },
    work: (tx: ModerationWrite) => Promise<Result>,
  ): Promise<Result> {
    if (roomId === undefined) {
      await rights.requireHost(scope);
      return kit.write(scope, work);
    }
    return rights.write(scope, 'moderation.shadowMute', roomId, async ({ room, member, ...tx }) => {
      if (room.kind === 'direct' && member !== null) throw new ChatError('PERMISSION_DENIED');
      const target = await tx.db.chatMember.findUnique({ where: { roomId_userId: { roomId, userId } } });
      if (target?.status !== 'in') {
        throw new ChatError('CONFLICT', 'Not a member of this room.', { details: { constraint: 'member' } });
      }
      const role = target.role as MemberFacts['role'];
      const isProtected = role !== 'member' && member !== null && !outranks(member.role, role);
      if (isProtected || userId === scope.user.id) throw new ChatError('PERMISSION_DENIED');
      return work(tx);
    });
  }

  return {
    async isMuted(scope, roomId) {
      const where = { userId: scope.user.id, roomId: { in: [everywhere, roomId] }, ...active() };
      return (await kit.read(scope, ({ models }) => models.chatModerationMute.count({ where }))) > 0;
    },
    mute: (scope, input) =>
      changing(scope, input, async (tx) => {
        const { userId, roomId = everywhere, until = null, reason = null } = input;
        const now = kit.clock.now();
        if (until !== null && until <= now) throw invalid('until', 'must be in the future');
        const { chatModerationMute: mutes } = tx.models;
        const known = await mutes.findFirst({ where: { userId, roomId, ...active() } });
        const row =
          known === null
            ? await mutes.create({
                data: { id: kit.ids.next(), userId, roomId, reason, until, createdBy: scope.user.id, createdAt: now },
              })
            : await mutes.update({ where: { id: known.id }, data: { until, reason } });
        return present(tx, [row]).then(([mute]) => mute as ShadowMute);
      }),
    unmute: (scope, input) =>
      changing(scope, input, async ({ models }) => {
        const { userId, roomId = everywhere } = input;
        const data = { endedAt: kit.clock.now(), endedBy: scope.user.id };
        await models.chatModerationMute.updateMany({ where: { userId, roomId, endedAt: null }, data });
      }),
    async list(scope, { roomId, limit, cursor }) {
      const work = async (tx: ModerationRead): Promise<Page<ShadowMute>> => {
        const rows = await tx.models.chatModerationMute.findMany({
          where: {
            ...active(),
            ...(roomId !== undefined && { roomId }),
            ...(cursor !== undefined && { id: { lt: cursor } }),
          },
          orderBy: { id: 'desc' },
          take: limit + 1,
        });
        const page = rows.slice(0, limit);
        return { items: await present(tx, page), nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
      };
      if (roomId !== undefined) return rights.read(scope, 'moderation.shadowMute', roomId, work);
      await rights.requireHost(scope);
      return kit.read(scope, work);
    },
  };
}

async function present(
  tx: Pick<ModerationRead, 'db'>,
  rows: readonly ModerationMuteRow[],
): Promise<readonly ShadowMute[]> {
  return (await withUsers(tx, rows)).map(({ user, roomId, until, reason, createdAt, createdBy }) => ({
    user,
    roomId: roomId === everywhere ? null : roomId,
    ...{ until, reason, createdAt, createdBy },
  }));
}
