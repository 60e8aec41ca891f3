import { moderation } from '@confab/client/plugins/moderation';
import { expect, it } from 'vitest';
import type { RouterOf } from '../../../server/testing/chat/types.js';
import { createClients } from '../clients.js';
import { onEachDatabase } from '../databases.js';
import { deferred } from '../suite.js';
import { moderationSuite, wordRules } from './setup.js';
import type { Started } from './setup.js';

const connect = createClients<RouterOf<Started['t']['chat']>>();

onEachDatabase((place) => {
  const suite = moderationSuite(place, wordRules);

  it("a muted person's own client shows what they say, in its place, while others go on", async () => {
    const { ada, bob, roomId } = await suite.chat.people();
    const { store } = connect(suite.chat.t, bob.userId).client;
    store.open(roomId, 'messages');
    const shown = () => store.messages(roomId).messages.map(({ content }) => content);
    const say = (content: string) => ada.api.chat.message.send.mutate({ roomId, content });
    await say('first');
    await expect.poll(shown, { timeout: 10_000 }).toEqual(['first']);
    await ada.api.chat.moderation.shadowMute.mutate({ roomId, userId: bob.userId });
    store.send(roomId, { content: 'unheard' });
    await expect.poll(() => store.messages(roomId).outgoing).toEqual([]);
    await say('last');
    await expect.poll(shown, { timeout: 10_000 }).toEqual(['first', 'unheard', 'last']);
  });

  it('the client half tells held from blocked, and brings authors and moderators together', async () => {
    const { ada, bob, cy, roomId } = await suite.chat.people();
    const [author, moderator] = [connect(suite.chat.t, bob.userId).client, connect(suite.chat.t, ada.userId).client];
    const [own, theirs] = [author.use(moderation), moderator.use(moderation)];
    const [queued, decided] = [deferred<string>(), deferred<string | null>()];
    theirs.onQueued(({ itemId }) => queued.resolve(itemId));
    own.onDecided(({ messageId }) => decided.resolve(messageId));
    for (const { connection } of [author, moderator]) {
      await expect.poll(() => connection.state, { timeout: 10_000 }).toBe('live');
    }

    const say = (content: string) => author.api.chat.message.send.mutate({ roomId, content });
    const outcome = async (content: string) =>
      say(content).then(
        () => 'said',
        (error: unknown) => own.notSaid(error),
      );
    expect(await outcome('a badword')).toEqual({ kind: 'blocked', rule: 'words', reason: null });
    const itemId = await outcome('a heldword').then((held) => (held as { readonly itemId: string }).itemId);
    expect(await queued.promise).toBe(itemId);
    await theirs.approve(itemId);
    expect((await cy.next('message.created')).data.message.id).toBe(await decided.promise);
    expect(own.notSaid(new Error('another'))).toBeNull();

    const room = await moderator.api.chat.room.get.query({ roomId });
    expect([theirs.canReview(room), theirs.canShadowMute(room)]).toEqual([true, true]);
    expect(own.canReview(await author.api.chat.room.get.query({ roomId }))).toBe(false);
  });
});
