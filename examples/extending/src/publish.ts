import { createChat } from '@confab/server';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';
import { z } from 'zod';

/**
 * Events of the host's own, to a room or to one person: durable, in the order of the log, replayed to who was away. Being
 * a member is all it takes to hear them; there is no group to join.
 */
export const createShopChat = (base: TestBase) =>
  createChat({
    ...base,
    events: { 'order.paid': z.object({ orderId: z.string(), cents: z.int() }) },
  });

export async function play() {
  await using t = await testChat(createShopChat);
  const bob = await t.client('bob');
  const { id: roomId } = await t.as('ada').room.create({ kind: 'group', name: 'Order 7', members: ['bob'] });
  await bob.next('room.created');
  bob.offline();
  const data = { orderId: '7', cents: 1_250 };
  await t.system.publish({ to: { roomId }, type: 'order.paid', data });
  await t.system.publish({ to: { userId: 'bob' }, type: 'order.paid', data: { ...data, orderId: '8' } });
  bob.online();
  const paid = [await bob.next('order.paid'), await bob.next('order.paid')];
  return paid.map((event) => event.data.orderId).sort();
}
