import { expectedNotice, most, noticesOf, toldNotice } from './check-lists.js';
import { draftsOf } from './checks.js';
import { expectSame } from './compare.js';
import type { Desk, HeldDraft } from './desk.js';
import type { Device } from './device.js';
import type { Model } from './model.js';
import type { Api } from './step.js';

async function loadDesk(desk: Desk, api: Api): Promise<void> {
  const { items: notifications } = await api.notification.list({ limit: most });
  const { items: drafts } = await api.draft.list({ limit: most });
  desk.load({ notifications, drafts, preferences: await api.notification.preferences({}) });
}

/**
 * Left out: who is pushed, which depends on devices and the hour and is shown nowhere (`test/unit/notifications` holds the decision); and
 * that no more than twenty of those who run a room are told who asks to come in, since there are five people here.
 *
 * What a device collected of what is for its user alone, against what there is in the rooms its user is in. Of others
 * nothing is told any more.
 */
export async function checkDesk(model: Model, { userId, name, desk }: Device, api: Api): Promise<void> {
  if (desk.isStale) await loadDesk(desk, api);
  const strange = desk.notifications.find(({ roomId }) => !model.rooms.has(roomId));
  if (strange !== undefined) throw new Error(`${name} was told of no room: ${toldNotice(strange)}`);
  const mine = new Set(model.roomsOf(userId).map(({ id }) => id));
  const isMine = ({ roomId }: { readonly roomId: string }): boolean => mine.has(roomId);
  expectSame(
    `what was aimed at ${name}`,
    desk.notifications.filter(isMine).map(toldNotice).toSorted(),
    noticesOf(model, userId).filter(isMine).map(expectedNotice).toSorted(),
  );
  const wordsOf = ({ roomId, threadId, content }: HeldDraft) => `${roomId} ${threadId ?? ''}: ${content}`;
  expectSame(
    `the drafts on ${name}`,
    desk.drafts.filter(isMine).map(wordsOf).toSorted(),
    draftsOf(model, userId)
      .map(({ id, content }) => `${id}: ${content}`)
      .toSorted(),
  );
  expectSame(`how ${name} is disturbed`, model.currentOf(desk.preferences), model.disturbanceOf(userId));
}
