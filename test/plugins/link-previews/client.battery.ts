import { linkPreviews } from '@confab/client/plugins/link-previews';
import { expect, it } from 'vitest';
import type { RouterOf } from '../../../server/testing/chat/types.js';
import { createClients } from '../clients.js';
import { onEachDatabase } from '../databases.js';
import { previewSuite, shown } from './setup.js';
import type { Started } from './setup.js';

const connect = createClients<RouterOf<Started['t']['chat']>>();
const soon = { timeout: 20_000, interval: 10 };

onEachDatabase((place) => {
  const suite = previewSuite(place);

  it('previews that are watched come, change and go by themselves', async () => {
    const { ada, bob, roomId, say } = await suite.chat.people();
    const { client } = connect(suite.chat.t, bob.userId);
    const half = client.use(linkPreviews);
    expect(client.use(linkPreviews)).toBe(half);
    const plain = await say('nothing');
    const linked = await say('https://card.test/tea');
    await ada.next('linkPreviews.updated');
    half.watch(roomId, [plain, linked]);
    await expect.poll(() => half.previews(linked), soon).toEqual([shown('https://card.test/tea')]);
    expect(half.previews(plain)).toEqual([]);
    await ada.api.chat.message.edit.mutate({ messageId: plain, content: 'https://card.test/cake' });
    await expect.poll(() => half.previews(plain), soon).toEqual([shown('https://card.test/cake')]);
    await ada.api.chat.message.delete.mutate({ messageIds: [plain] });
    await expect.poll(() => half.previews(plain), soon).toEqual([]);
  });

  it('what one dismisses is gone with the answer, and for whoever may not there is no button', async () => {
    const { ada, bob, roomId, say } = await suite.chat.people();
    const half = connect(suite.chat.t, ada.userId).client.use(linkPreviews);
    const messageId = await say('https://off.test/one https://off.test/two');
    await ada.next('linkPreviews.updated');
    half.watch(roomId, [messageId]);
    await expect.poll(() => half.previews(messageId)?.length, soon).toBe(2);
    expect(await half.dismiss(messageId, 'https://off.test/one')).toEqual([shown('https://off.test/two')]);
    expect(half.previews(messageId)).toEqual([shown('https://off.test/two')]);
    const byAda = { senderId: ada.userId };
    expect(half.canDismiss(await ada.api.chat.room.get.query({ roomId }), byAda)).toBe(true);
    expect(half.canDismiss(await bob.api.chat.room.get.query({ roomId }), byAda)).toBe(false);
  });

  it('what was missed while the network was away is there afterwards', async () => {
    const { ada, bob, roomId, say } = await suite.chat.people();
    const { client, cut, restore } = connect(suite.chat.t, bob.userId);
    const half = client.use(linkPreviews);
    const messageId = await say('nothing');
    half.watch(roomId, [messageId]);
    await expect.poll(() => half.previews(messageId), soon).toEqual([]);
    await expect.poll(() => client.connection.state).toBe('live');
    cut();
    await ada.api.chat.message.edit.mutate({ messageId, content: 'https://away.test/' });
    await ada.next('linkPreviews.updated');
    restore();
    await expect.poll(() => half.previews(messageId), soon).toEqual([shown('https://away.test/')]);
  });
});
