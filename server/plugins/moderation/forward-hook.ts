import type { Message } from '@confab/shared';
import type { Hooks } from '../../extend/hooks/hooks.js';
import type { ChatScope } from '../../extend/scope.js';
import { caseOf, unheard } from './guard.js';
import type { Guard } from './guard.js';
import type { Finding } from './judge.js';
import type { Words } from './said.js';
import { gistOf } from './texts.js';

interface Judged {
  readonly roomId: string;
  readonly finding: Finding | undefined;
}

/**
 * What stands between a forwarded message and its rooms: what stands there when somebody says it. As all rooms get it or
 * none, what would be held in one of them is refused.
 */
export function forwardHook({ kit, cases, judge, ...guard }: Guard): NonNullable<Hooks['message.forward']> {
  return {
    async around({ input, ctx, next }): Promise<readonly Message[]> {
      if (ctx.isSystem || (await guard.isFree(ctx))) return next();
      const { messageId, clientId } = input;
      const source = await kit.as(ctx.user.id, ctx).message.get({ messageId });
      const { format, attachments, custom } = source;
      const words: Words = { content: source.content ?? '', format, attachments, mentions: [], custom };
      const judged: Judged[] = [];
      for (const roomId of new Set(input.roomIds)) judged.push({ roomId, finding: await judgeIn(ctx, roomId, words) });
      guard.refuseNamed(judged.flatMap(({ finding }) => (finding?.action === 'shadow' ? [] : (finding ?? []))));
      const aboutRoom = (roomId: string) => {
        const call = { roomId, ...words };
        return { roomId, userId: ctx.user.id, subject: 'message' as const, kept: { call, words } };
      };

      const heard = judged.filter(({ finding }) => finding?.action !== 'shadow').map(({ roomId }) => roomId);
      const said = new Map<string, Message>();
      for (const message of heard.length === 0 ? [] : await next({ ...input, roomIds: heard })) {
        said.set(message.roomId, message);
      }
      for (const { roomId, finding } of judged) {
        if (finding === undefined) continue;
        const heardId = said.get(roomId)?.id ?? null;
        const about = { ...aboutRoom(roomId), messageId: heardId, clientId: clientId ?? null };
        const row = await cases.open(ctx, caseOf(finding, about));
        if (heardId === null) said.set(roomId, await guard.answer(ctx, row));
      }
      return judged.flatMap(({ roomId }) => said.get(roomId) ?? []);
    },
  };

  async function judgeIn(ctx: ChatScope, roomId: string, words: Words): Promise<Finding | undefined> {
    guard.refuseFlood(ctx, { roomId, key: null, ...gistOf(words), isEdit: false });
    if (await guard.isMuted(ctx, roomId)) return unheard;
    const question = { subject: 'message' as const, roomId, user: ctx.user, messageId: null, ...words };
    return (await judge.judge(words, question)).findings[0];
  }
}
