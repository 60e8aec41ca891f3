import { expect, it } from 'vitest';
import { expectRefusal } from '../../support/client.js';
import { onEachDatabase } from '../databases.js';
import { someone } from '../suite.js';
import { moderationSuite, wordRules } from './setup.js';

onEachDatabase((place) => {
  const suite = moderationSuite(place, wordRules);

  /** Bob is muted, and has said one thing between two of Ada's. */
  async function muted() {
    const people = await suite.chat.people();
    const { ada, bob, roomId } = people;
    const sends = (content: string) => ada.api.chat.message.send.mutate({ roomId, content });
    await sends('first');
    await ada.api.chat.moderation.shadowMute.mutate({ roomId, userId: bob.userId, reason: 'spam' });
    const ghost = await people.say('unheard');
    await sends('last');
    const seenBy = async (who: typeof ada) =>
      (await who.api.chat.message.list.query({ roomId })).items.map(({ content }) => content);
    return { ...people, ghost, sends, seenBy };
  }

  it('a muted person sees what they say, and nobody else ever does', async () => {
    const { ada, bob, cy, roomId, ghost, seenBy } = await muted();
    expect(ghost).toMatchObject({ senderId: bob.userId, content: 'unheard', deletedAt: null });
    expect(await seenBy(bob)).toEqual(['first', 'unheard', 'last']);
    expect(await seenBy(cy)).toEqual(['first', 'last']);
    expect(await seenBy(ada)).toEqual(['first', 'last']);
    await expectRefusal(cy.api.chat.message.get.query({ messageId: ghost.id }), 'NOT_FOUND');
    await cy.settled();
    expect(JSON.stringify(cy.events)).not.toContain('unheard');
    const { events } = await cy.api.chat.sync.query({ roomId, afterSeq: 0 });
    expect(JSON.stringify(events)).not.toContain(ghost.id);
  });

  it('the log has no hole where it was said, and counts and marks are those without it', async () => {
    const { cy, bob, roomId, ghost } = await muted();
    await cy.next('message.created', ({ data }) => data.message.content === 'last');
    const seqs = cy.events.filter((event) => event.roomId === roomId && event.seq !== undefined).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_seq, index) => index + 1));
    const { rooms } = await cy.api.chat.notification.unread.query({});
    expect(rooms).toContainEqual(expect.objectContaining({ roomId, unread: 2 }));
    const { marks } = await bob.api.chat.message.read.mutate({ messageIds: [ghost.id] });
    expect(marks).toMatchObject([{ roomId, readSeq: ghost.seq }]);
  });

  it('what they answer and forward looks to them as it should, and is heard by nobody', async () => {
    const { ada, bob, cy, roomId, sends, seenBy } = await muted();
    const { id: replyToId } = await sends('a question');
    const reply = await bob.api.chat.message.send.mutate({ roomId, content: 'an answer', replyToId });
    expect(reply.replyTo).toMatchObject({ id: replyToId, content: 'a question' });
    const [copy] = await bob.api.chat.message.forward.mutate({ messageId: replyToId, roomIds: [roomId] });
    expect(copy).toMatchObject({ senderId: bob.userId, content: 'a question' });
    expect(await seenBy(bob)).toEqual(['first', 'unheard', 'last', 'a question', 'an answer', 'a question']);
    expect(await seenBy(cy)).toEqual(['first', 'last', 'a question']);
    expect(await seenBy(ada)).toEqual(['first', 'last', 'a question']);
  });

  it('their other devices are told, also when they were away', async () => {
    const { bob, roomId, say } = await muted();
    const phone = await suite.chat.t.client(bob.userId);
    phone.offline();
    const { id: messageId } = await say('from the desk');
    phone.online();
    expect((await phone.next('message.echo', ({ data }) => data.messageId === messageId)).data.roomId).toBe(roomId);
    expect((await phone.api.chat.message.get.query({ messageId })).content).toBe('from the desk');
  });

  it('they edit, react to and delete it like any other', async () => {
    const { bob, roomId, ghost, seenBy } = await muted();
    const messageId = ghost.id;
    await bob.api.chat.message.edit.mutate({ messageId, content: 'still unheard' });
    const { reactions } = await bob.api.chat.message.react.mutate({ messageId, emoji: '👍' });
    expect(reactions).toEqual([{ emoji: '👍', count: 1, mine: true }]);
    const found = await bob.api.chat.message.get.query({ messageId });
    expect(found).toMatchObject({ content: 'still unheard', reactions });
    expect((await bob.api.chat.message.unreact.mutate({ messageId, emoji: '👍' })).reactions).toEqual([]);
    expect((await bob.api.chat.message.receipts.query({ messageId })).items).toEqual([]);
    await bob.api.chat.message.delete.mutate({ messageIds: [messageId] });
    expect(await seenBy(bob)).toEqual(['first', null, 'last']);
    await bob.api.chat.message.delete.mutate({ messageIds: [messageId], for: 'me' });
    const tombstone = await bob.api.chat.message.list.query({ roomId });
    expect(tombstone.items.map(({ deletedAt }) => deletedAt !== null)).toEqual([false, true, false]);
  });

  it('what they make of an earlier message is seen by them alone', async () => {
    const { ada, bob, cy, roomId, say } = await suite.chat.people();
    const { id: messageId } = await say('heard');
    await ada.api.chat.moderation.shadowMute.mutate({ roomId, userId: bob.userId });
    const edited = await bob.api.chat.message.edit.mutate({ messageId, content: 'rude' });
    expect(edited.content).toBe('rude');
    expect((await bob.api.chat.message.get.query({ messageId })).content).toBe('rude');
    expect((await cy.api.chat.message.get.query({ messageId })).content).toBe('heard');
    await cy.settled();
    expect(cy.events.map(({ type }) => type)).not.toContain('message.updated');
  });

  it('a call that is tried again is the same message, and other words are a conflict', async () => {
    const { say, seenBy, bob } = await muted();
    const clientId = someone('client-id-of-a-call');
    const { id } = await say('twice', clientId);
    expect((await say('twice', clientId)).id).toBe(id);
    await expectRefusal(say('thrice', clientId), 'CONFLICT');
    expect((await seenBy(bob)).filter((content) => content === 'twice')).toHaveLength(1);
  });

  it('pages of their history go on from one to the next without a gap', async () => {
    const { bob, roomId, sends, say } = await muted();
    await say('unheard too');
    await say('and this');
    await sends('end');
    const read: (string | null)[] = [];
    let cursor: string | undefined;
    do {
      const page = await bob.api.chat.message.list.query({ roomId, limit: 1, cursor });
      read.unshift(...page.items.map(({ content }) => content));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    // A page is at most twice as long as it was asked for: of two in one place, the newer is shown.
    expect(read).toEqual(['first', 'unheard', 'last', 'and this', 'end']);
    const whole = await bob.api.chat.message.list.query({ roomId });
    expect(whole.items.map(({ content }) => content)).toEqual([
      ...['first', 'unheard', 'last', 'unheard too', 'and this', 'end'],
    ]);
  });

  it('a place in their history can be named by one of them', async () => {
    const { bob, roomId, ghost } = await muted();
    const part = async (place: object) =>
      (await bob.api.chat.message.list.query({ roomId, ...place })).items.map(({ content }) => content);
    expect(await part({ before: ghost.id })).toEqual(['first']);
    expect(await part({ after: ghost.id })).toEqual(['last']);
    expect(await part({ around: ghost.id })).toEqual(['first', 'unheard', 'last']);
  });

  it('their typing is not told', async () => {
    const { ada, bob, cy, roomId } = await muted();
    await bob.api.chat.message.typing.mutate({ roomId, typing: true });
    await ada.api.chat.message.typing.mutate({ roomId, typing: true });
    const { data } = await cy.next('typing');
    expect(data.userId).toBe(ada.userId);
  });

  it('a mute ends by its time or by hand, and what was unheard stays so', async () => {
    const { ada, bob, cy, roomId, say, seenBy } = await muted();
    await ada.api.chat.moderation.shadowUnmute.mutate({ roomId, userId: bob.userId });
    await say('heard again');
    expect(await seenBy(cy)).toEqual(['first', 'last', 'heard again']);
    expect(await seenBy(bob)).toEqual(['first', 'unheard', 'last', 'heard again']);
    const until = new Date(suite.chat.t.clock.now().getTime() + 60_000);
    await ada.api.chat.moderation.shadowMute.mutate({ roomId, userId: bob.userId, until });
    await say('in vain');
    await suite.chat.t.clock.advance(61_000);
    await say('in time');
    expect((await seenBy(cy)).at(-1)).toBe('in time');
    expect((await ada.api.chat.moderation.shadowMutes.query({ roomId })).items).toEqual([]);
  });

  it('moderators mute members of their room, and only those below them', async () => {
    const { ada, bob, cy, roomId } = await suite.chat.people();
    const mute = (who: typeof ada, userId: string) => who.api.chat.moderation.shadowMute.mutate({ roomId, userId });
    await expectRefusal(mute(bob, cy.userId), 'PERMISSION_DENIED');
    await ada.api.chat.room.setRole.mutate({ roomId, userIds: [bob.userId], role: 'admin' });
    await expectRefusal(mute(bob, ada.userId), 'PERMISSION_DENIED');
    await expectRefusal(mute(bob, bob.userId), 'PERMISSION_DENIED');
    await expectRefusal(mute(bob, 'nobody'), 'CONFLICT');
    await mute(bob, cy.userId);
    const { items } = await ada.api.chat.moderation.shadowMutes.query({ roomId });
    expect(items).toMatchObject([{ user: { id: cy.userId }, roomId, createdBy: bob.userId, until: null }]);
    await expectRefusal(cy.api.chat.moderation.shadowMutes.query({ roomId }), 'PERMISSION_DENIED');
  });

  it('the host mutes somebody in all rooms', async () => {
    const { ada, cy, bob, say, seenBy } = await muted();
    await expectRefusal(ada.api.chat.moderation.shadowMute.mutate({ userId: cy.userId }), 'PERMISSION_DENIED');
    await suite.chat.t.system.moderation.shadowMute({ userId: bob.userId });
    const other = await suite.chat.people();
    await bob.settled();
    const { id: roomId } = await bob.api.chat.room.create.mutate({ kind: 'direct', members: [other.ada.userId] });
    await bob.api.chat.message.send.mutate({ roomId, content: 'psst' });
    expect((await other.ada.api.chat.message.list.query({ roomId })).items).toEqual([]);
    await suite.chat.t.system.moderation.shadowUnmute({ userId: bob.userId });
    await say('muted in this room all the same');
    expect(await seenBy(cy)).toEqual(['first', 'last']);
  });

  it('a rule can have one message seen by its author alone', async () => {
    const { bob, say, history, roomId } = await suite.chat.people();
    await say('a ghostword');
    await say('a plain word');
    expect(await history()).toEqual(['a plain word']);
    expect((await bob.api.chat.message.list.query({ roomId })).items).toHaveLength(2);
  });
});
