import { randomUUID } from 'node:crypto';
import type { Chat } from '@confab/server';
import type { Database } from './databases.js';

/** Where somebody was who did everything there is to do. */
export interface FullLife {
  /** A group of theirs with others in it. */
  readonly groupId: string;
  /** Where others forwarded their words to. */
  readonly elsewhereId: string;
  readonly directId: string;
  /** They were the only one in it. */
  readonly aloneId: string;
  /** They left it before. */
  readonly leftId: string;
  /** It was deleted before. */
  readonly deletedId: string;
  /** Of theirs, in the group, in the order they were sent in. */
  readonly messageIds: readonly string[];
  /** Of another, which they reacted to and which names them. */
  readonly answeredId: string;
  /** Of another: a copy of the first of theirs. */
  readonly copyId: string;
}

/** Does everything a user can do, saying `marker` wherever words can be put. */
export async function liveFully(
  { chat, database }: { readonly chat: Chat; readonly database: Pick<Database, 'db'> },
  { ada, bob, marker }: { readonly ada: string; readonly bob: string; readonly marker: string },
): Promise<FullLife> {
  const [her, him, { db }] = [chat.as(ada), chat.as(bob), database];
  const image = `https://example.org/${marker}.png`;
  await chat.system.user.upsert({ userId: ada, name: `Ada ${marker}`, image });
  const group = (name: string, members: string[]) => her.room.create({ kind: 'group', name, members });
  const { id: groupId } = await group('Team', [bob]);
  const { id: elsewhereId } = await him.room.create({ kind: 'group', name: 'Elsewhere' });
  const { id: directId } = await her.room.create({ kind: 'direct', members: [bob] });
  const { id: aloneId } = await group('Alone', []);
  const { id: leftId } = await group('Left', [bob]);
  const { id: deletedId } = await group('Deleted', [bob]);

  const attachments = [
    { url: image, type: 'image' as const, mime: 'image/png', size: 1, caption: marker, metadata: { of: marker } },
  ];
  const say = (roomId: string, more: object = {}) =>
    her.message.send({ roomId, content: `I say ${marker}`, custom: { why: marker }, attachments, ...more });
  const first = await say(groupId, { clientId: `client-${randomUUID()}` });
  const second = await say(groupId, { mentions: [bob] });
  await her.message.edit({ messageId: second.id, content: `I said ${marker}`, custom: { why: marker } });
  const third = await say(groupId, { replyToId: second.id });
  await her.message.pin({ messageId: third.id });
  for (const roomId of [directId, aloneId, leftId, deletedId]) await say(roomId);
  await him.message.react({ messageId: first.id, emoji: '👍' });
  const answered = await him.message.send({ roomId: groupId, content: 'you', mentions: [ada], replyToId: first.id });
  await her.message.react({ messageId: answered.id, emoji: marker });
  await her.message.react({ messageId: answered.id, emoji: '🎉' });
  const hidden = await him.message.send({ roomId: groupId, content: 'nothing' });
  await her.message.delete({ messageIds: [hidden.id], for: 'me' });
  const [copy] = await him.message.forward({ messageId: first.id, roomIds: [elsewhereId] });
  await her.message.read({ roomId: groupId, seq: answered.seq });
  await her.room.setPreferences({ roomId: groupId, notify: 'mentions', pinned: true });
  await her.room.updateMember({ roomId: groupId, custom: { nick: marker } });
  await her.room.ban({ roomId: groupId, userId: `${bob}-foe`, reason: `because ${marker}` });
  await him.room.ban({ roomId: elsewhereId, userId: ada, reason: `because of ${marker}` });
  await her.room.createInvite({ roomId: groupId });
  await her.user.block({ userId: `${bob}-foe` });
  const open = { kind: 'channel', name: `Open ${randomUUID()}`, visibility: 'public', joinPolicy: 'request' } as const;
  const { id: askedId } = await him.room.create(open);
  await her.room.join({ roomId: askedId });
  await him.room.createInvite({ roomId: askedId, userId: ada });
  await her.room.leave({ roomId: leftId });
  await her.room.delete({ roomId: deletedId });

  const at = new Date();
  const later = new Date(Date.now() + 3_600_000);
  await db.chatSession.create({
    data: { userId: ada, id: 'phone', userAgent: marker, createdAt: at, lastSeenAt: at, endedAt: at },
  });
  await her.draft.set({ roomId: groupId, content: marker, custom: { a: marker } });
  await her.message.schedule({ roomId: groupId, content: marker, sendAt: later });
  await her.report.create({ messageId: answered.id, reason: marker });
  await him.report.create({ messageId: first.id, reason: marker });
  await her.notification.setPreferences({ notify: 'mentions' });
  await her.message.send({ roomId: groupId, threadId: answered.id, content: `in the thread ${marker}` });
  const mine = { userId: ada, roomId: groupId };
  // What comes of having devices.
  await db.chatPushSubscription.create({
    data: { id: randomUUID(), userId: ada, registrationHash: marker, registration: marker, createdAt: at },
  });
  await db.chatDelivery.create({
    data: {
      ...{ ...mine, id: randomUUID(), kind: 'push', queue: 'x', target: 'x', seq: 1, state: 'dead', attempts: 9 },
      ...{ nextAttemptAt: later, lastError: marker, createdAt: at },
    },
  });
  return {
    ...{ groupId, elsewhereId, directId, aloneId, leftId, deletedId },
    ...{ messageIds: [first.id, second.id, third.id], answeredId: answered.id, copyId: copy?.id ?? '' },
  };
}
