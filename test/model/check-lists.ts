import { contentOf, expectSame } from './compare.js';
import type { Model, ModelNotice } from './model.js';
import type { Notification } from '@confab/shared';
import { asAdmin } from './rules.js';
import type { Api } from './step.js';

/** What somebody has scheduled, soonest first: what waits and what was refused for good. */
export async function checkScheduled(model: Model, userId: string, api: Api): Promise<void> {
  const mine = model.scheduled.filter(({ by }) => by === userId);
  if (mine.length === 0) return;
  const { items } = await api.message.scheduled({ limit: 100 });
  const told = items.map(({ id, roomId, content, mentions, replyToId, threadId, sendAt, state, error }) => {
    return { id, roomId, content, mentions, replyToId, threadId, at: sendAt.getTime(), state, error };
  });
  const expected = mine
    .filter(({ state }) => state === 'waiting' || state === 'failed')
    .toSorted((one, other) => one.sendAt - other.sendAt || (one.id < other.id ? -1 : 1))
    .map(({ id, room, input, mentions, replyTo, root, sendAt, state, error }) => ({
      ...{ id, roomId: room.id, content: input.content, mentions },
      ...{ replyToId: replyTo?.id ?? null, threadId: root?.id ?? null, at: sendAt, state, error },
    }));
  expectSame(`message.scheduled of ${userId}`, told, expected);
}

/** The reports of the rooms somebody reads them of, newest first. */
export async function checkReports(model: Model, userId: string, api: Api): Promise<void> {
  for (const room of new Set(model.reports.map((report) => report.room))) {
    if (asAdmin(room, userId, 'message.moderate') !== undefined) continue;
    const { items } = await api.report.list({ roomId: room.id, limit: 100 });
    const told = items.map(({ id, messageId, message, reporterId, reason, action, resolvedBy, resolvedAt }) => ({
      ...{ id, messageId, content: message?.content ?? null, isSeen: message !== null, by: reporterId, reason },
      ...{ action, resolvedBy, isOpen: resolvedAt === null },
    }));
    const floor = model.floor(room, userId);
    const expected = model.reports
      .filter((report) => report.room === room)
      .toReversed()
      .map(({ id, message, by, reason, action, resolvedBy }) => {
        const isSeen = message.seq >= floor;
        const content = isSeen ? contentOf(message) : null;
        return { id, messageId: message.id, content, isSeen, by, reason, action, resolvedBy, isOpen: action === null };
      });
    expectSame(`report.list of ${room.settings.name ?? ''} for ${userId}`, told, expected);
  }
}

/** As many as one page has. */
export const most = 100;

/** One notification in words that sort by time. Its id is the server's choice. */
export function expectedNotice({ kind, roomId, messageId, actorId, at }: Omit<ModelNotice, 'id' | 'isAcked'>): string {
  return `${at} ${kind} in ${roomId} of ${messageId ?? 'no message'} by ${actorId}`;
}

export function toldNotice({ createdAt, ...notification }: Notification): string {
  return expectedNotice({ ...notification, at: createdAt.getTime() });
}

export function noticesOf(model: Model, userId: string): readonly ModelNotice[] {
  return model.notices.get(userId) ?? [];
}

/** What was aimed at somebody, and what of it they have seen. */
export async function checkNotices(model: Model, userId: string, api: Api): Promise<void> {
  const { items } = await api.notification.list({ limit: most });
  const mine = noticesOf(model, userId);
  expectSame(
    `notification.list of ${userId}`,
    items.map(toldNotice).toSorted(),
    mine.map(expectedNotice).toSorted().slice(-most),
  );
  for (const item of items) {
    const words = toldNotice(item);
    const notice = mine.find(({ id, ...one }) => (id === null || id === item.id) && expectedNotice(one) === words);
    if (notice === undefined) throw new Error(`${userId} has a notification twice: ${words}`);
    notice.id = item.id;
    expectSame(`whether ${userId} has seen ${words}`, item.ackedAt !== null, notice.isAcked);
  }
  expectSame(
    `the order of notification.list of ${userId}`,
    items.map(timeOf),
    items.map(timeOf).toSorted().toReversed(),
  );
}

function timeOf({ createdAt }: Notification): number {
  return createdAt.getTime();
}

/** How somebody wants to be disturbed. */
export async function checkDisturbance(model: Model, userId: string, api: Api): Promise<void> {
  const { notify, doNotDisturb } = await api.notification.preferences({});
  expectSame(`notification.preferences of ${userId}`, { notify, doNotDisturb }, model.disturbanceOf(userId));
}

/** What somebody is invited to by name. */
export async function checkInvitations(model: Model, userId: string, api: Api): Promise<void> {
  const { items } = await api.user.invites({ limit: most });
  const told = items.map(({ id, room, userId: by }) => ({ id, name: room.name, memberCount: room.memberCount, by }));
  const expected = model.livingRooms.flatMap((room) =>
    room.invites
      .filter((invite) => invite.userId === userId && model.isUsable(invite))
      .filter(({ by }) => model.blocks.get(userId)?.has(by) !== true)
      .map(({ id, by }) => ({ id, name: room.settings.name, memberCount: room.members.size, by })),
  );
  expectSame(`user.invites of ${userId}`, byId(told), byId(expected));
}

function byId<Item extends { readonly id: string }>(items: readonly Item[]): readonly Item[] {
  return items.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}
