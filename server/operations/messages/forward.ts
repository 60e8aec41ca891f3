import { ChatError } from '@confab/shared';
import type { Message, RoomKind } from '@confab/shared';
import { z } from 'zod';
import { factsFor } from '../../policy/facts.js';
import type { MessageRow } from '../../store/rows.js';
import type { ReadTx, WriteTx } from '../../store/transaction.js';
import { fingerprint } from '../fingerprint.js';
import * as inputs from '../inputs.js';
import type { Op } from '../kernel.js';
import { mutation } from '../operation.js';
import { commitMessage } from './commit.js';
import { authorize, living, lookAt } from '../../policy/reach.js';
import { wordingAgain } from './wording.js';

/** How many rooms one call forwards to. */
const most = 20;

const input = () =>
  z.strictObject({
    messageId: inputs.id,
    roomIds: z.array(inputs.id).min(1).max(most),
    clientId: inputs.clientId.optional(),
  });

type Input = z.output<ReturnType<typeof input>>;

interface Copy {
  readonly message: Message;
  /** `false`: an earlier call under the same client id made it. */
  readonly isNew: boolean;
}

/**
 * Says a message again in other rooms, as the caller: a copy made by the server, with who said it first and when, and with
 * nothing of where. All of the rooms or none. Nobody is named by a copy. Under one `clientId` it happens once per room.
 */
export const forward = mutation(
  'message.forward',
  input,
  async (op, asked): Promise<readonly Message[]> => {
    const roomIds = [...new Set(asked.roomIds)];
    const source = await op.store.read((tx) => readSource(op, tx, asked.messageId));
    return op.store.write(async (tx) => {
      // Where it comes from as well, so that it is forwarded before it is deleted, or not at all.
      await tx.lock([...roomIds, source.roomId]);
      const today = await readSource(op, tx, source.id);
      const bodyHash = asked.clientId === undefined ? null : fingerprint({ forward: source.id });
      const copies: Copy[] = [];
      for (const roomId of roomIds) copies.push(await sayIn(op, tx, roomId, { source: today, bodyHash, asked }));
      if (!copies.some(({ isNew }) => isNew)) op.unchanged?.();
      return copies.map(({ message }) => message);
    });
  },
  { rate: 'sends' },
);

async function readSource(op: Op, tx: ReadTx, messageId: string): Promise<MessageRow> {
  const { message } = await lookAt(op, tx, 'message.get', messageId);
  if (message.deletedAt !== null || message.kind === 'system') throw new ChatError('NOT_FOUND');
  return message;
}

async function sayIn(
  op: Op,
  tx: WriteTx,
  roomId: string,
  { source, bodyHash, asked }: { readonly source: MessageRow; readonly bodyHash: string | null; readonly asked: Input },
): Promise<Copy> {
  const { methods } = op.store;
  const { userId: senderId } = op.caller;
  const { clientId = null } = asked;
  const found = living((await tx.lock([roomId])).get(roomId));
  const me = (await methods.membershipsOf(tx, { userId: senderId, roomIds: [roomId] })).get(roomId) ?? null;
  const sent = clientId === null ? null : await methods.findSent(tx, { roomId, senderId, clientId });
  const action = sent === null ? 'message.send' : 'message.get';
  const room = await authorize(op, action, found, me, await factsFor(op, tx, action, { room: found, me }));
  if (sent !== null) {
    if (sent.bodyHash === bodyHash) return { message: sent.message, isNew: false };
    throw new ChatError('CONFLICT', 'This clientId was used for another message.', {
      details: { constraint: 'clientId' },
    });
  }
  const { format, attachments } = source;
  const custom = await op.kernel.custom.message(room.kind as RoomKind, source.custom);
  const draft = {
    ...{ roomId, content: wordingAgain(source), format, attachments, custom, clientId, bodyHash },
    ...{ mentions: [], replyToId: null, threadId: null },
    forwardedSenderId: source.forwardedSenderId ?? source.senderId,
    forwardedAt: source.forwardedAt ?? source.createdAt,
  };
  return { message: await commitMessage(op, tx, { draft, room, me, answered: null, root: null }), isNew: true };
}
