import type { Contract } from '@acme/chat-client';
import { createChatHooks } from '@confab/client/react';

const { useClient, useMessages, useRooms, useSend } = createChatHooks<Contract>();

/** What a page of the host has, typed by its own router. */
export function usePage(roomId: string) {
  const { send } = useSend(roomId);
  const { messages } = useMessages(roomId);
  const { rooms } = useRooms();
  const client = useClient();
  send({ content: 'Hello', custom: { priority: 'high' } });
  // @ts-expect-error There is no such priority.
  send({ content: 'Hello', custom: { priority: 'medium' } });
  const shouts: readonly (string | null)[] = messages.map((message) => message.shout);
  const orders: readonly string[] = rooms.map((room) => room.custom.orderId);
  // @ts-expect-error There is no such field.
  rooms.map((room) => room.custom.price);
  return { shouts, orders, place: client.api.orders.place.mutate };
}
