import { expect, test } from 'vitest';
import { expectRefusal } from '../support/client.js';
import { makeRoom, onEachDatabase, range, say } from '../support/suite.js';

const nothing = { attachments: [], mentions: [], replyToId: null, threadId: null, custom: {} };

onEachDatabase('drafts', (suite) => {
  test('what one has begun to write is there on every device, and on nobody else’s', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const phone = await suite.connect(ada.person);
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    expect(await ada.api.draft.get.query({ roomId })).toEqual({ draft: null });
    const draft = await ada.api.draft.set.mutate({ roomId, content: 'Dear', format: 'markdown' });
    expect(draft).toEqual({ roomId, content: 'Dear', format: 'markdown', updatedAt: expect.any(Date), ...nothing });
    const told = await phone.event('draft.updated');
    expect(told).toMatchObject({ actorId: ada.id, data: { roomId, threadId: null, draft } });
    expect(await phone.api.draft.get.query({ roomId })).toEqual({ draft });
    expect(await bob.api.draft.get.query({ roomId })).toEqual({ draft: null });
    await bob.settle();
    expect(bob.events('draft.updated')).toEqual([]);
  });

  test('it holds everything a message may', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const { id: replyToId } = await say(ada, roomId, 'what?');
    const attachment = { url: 'https://example.org/a.png', type: 'image', mime: 'image/png' } as const;
    const wanted = { content: 'this', mentions: [bob.id, '@room'], replyToId, custom: { mood: 1 } };
    await ada.api.draft.set.mutate({ roomId, ...wanted, attachments: [attachment] });
    const { draft } = await ada.api.draft.get.query({ roomId });
    expect(draft).toMatchObject({ ...wanted, format: 'text', attachments: [{ ...attachment, size: null }] });
  });

  test('setting it again with the same in it changes nothing', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const draft = await ada.api.draft.set.mutate({ roomId, content: 'same', custom: { a: 1, b: 2 } });
    expect(await ada.api.draft.set.mutate({ roomId, content: 'same', custom: { b: 2, a: 1 } })).toEqual(draft);
    await ada.api.draft.set.mutate({ roomId, content: 'other' });
    await ada.event('draft.updated', ({ data }) => data.draft?.content === 'other');
    expect(ada.events('draft.updated')).toHaveLength(2);
  });

  test('with nothing in it, it is cleared, and clearing twice changes nothing', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    await ada.api.draft.set.mutate({ roomId, content: 'soon' });
    expect(await ada.api.draft.set.mutate({ roomId, content: ' \n' })).toMatchObject({ roomId, content: ' \n' });
    await ada.event('draft.updated', ({ data }) => data.draft === null);
    expect(await ada.api.draft.get.query({ roomId })).toEqual({ draft: null });
    await ada.api.draft.set.mutate({ roomId, content: 'later' });
    expect(await ada.api.draft.clear.mutate({ roomId })).toEqual({});
    await ada.api.draft.clear.mutate({ roomId });
    await ada.api.draft.set.mutate({ roomId, content: '' });
    await ada.api.draft.set.mutate({ roomId, content: 'end' });
    await ada.event('draft.updated', ({ data }) => data.draft?.content === 'end');
    expect(ada.events('draft.updated').map(({ data }) => data.draft?.content)).toEqual([
      'soon',
      undefined,
      'later',
      undefined,
      'end',
    ]);
  });

  test('a thread has a draft of its own', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const { id: threadId } = await say(ada, roomId, 'root');
    await ada.api.draft.set.mutate({ roomId, content: 'in the room' });
    await ada.call('draft.set', { roomId, threadId, content: 'in the thread' });
    expect((await ada.api.draft.get.query({ roomId })).draft?.content).toBe('in the room');
    const { draft } = await ada.api.draft.get.query({ roomId, threadId });
    expect(draft).toMatchObject({ roomId, threadId, content: 'in the thread' });
    await ada.api.draft.clear.mutate({ roomId });
    expect((await ada.api.draft.get.query({ roomId, threadId })).draft).toEqual(draft);
    const event = await ada.event('draft.updated', ({ data }) => data.threadId === threadId);
    expect(event.data.draft).toEqual(draft);
    const elsewhere = await makeRoom('group', ada);
    const stray = { roomId: elsewhere.id, threadId, content: 'x' };
    await expectRefusal(ada.call('draft.set', stray), 'NOT_FOUND');
  });

  test('all drafts are listed, the one written last first, page by page', async () => {
    const [ada] = await suite.users('ada');
    const rooms = [];
    for (const nth of range(1, 5)) {
      const { id: roomId } = await makeRoom('group', ada);
      rooms.push(roomId);
      await ada.api.draft.set.mutate({ roomId, content: `draft ${nth}` });
    }
    await ada.api.draft.set.mutate({ roomId: rooms[1] ?? '', content: 'draft 2, again' });
    const contents: string[][] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await ada.api.draft.list.query({ limit: 2, ...(cursor && { cursor }) });
      contents.push(page.items.map(({ content }) => content));
      cursor = page.nextCursor;
    }
    expect(contents).toEqual([['draft 2, again', 'draft 5'], ['draft 4', 'draft 3'], ['draft 1']]);
    await expectRefusal(ada.api.draft.list.query({ cursor: 'AAAA' }), 'VALIDATION');
  });

  test('it is gone with the membership and does not come back with another', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await bob.api.draft.set.mutate({ roomId, content: 'unsaid' });
    await ada.api.room.removeMembers.mutate({ roomId, userIds: [bob.id] });
    await expectRefusal(bob.api.draft.get.query({ roomId }), 'NOT_FOUND');
    expect((await bob.api.draft.list.query({})).items).toEqual([]);
    await ada.api.room.addMembers.mutate({ roomId, userIds: [bob.id] });
    expect(await bob.api.draft.get.query({ roomId })).toEqual({ draft: null });
    expect((await bob.api.draft.list.query({})).items).toEqual([]);
  });

  test('whoever comes back hears of drafts as they are now', async () => {
    const [ada] = await suite.users('ada');
    const phone = await suite.connect(ada.person);
    const { id: roomId } = await makeRoom('group', ada);
    await phone.event('room.created');
    phone.offline();
    await ada.api.draft.set.mutate({ roomId, content: 'first' });
    await ada.api.draft.set.mutate({ roomId, content: 'second' });
    phone.online();
    await phone.event('draft.updated', ({ data }) => data.draft?.content === 'second');
    expect(phone.events('draft.updated').map(({ data }) => data.draft?.content)).toEqual(['second', 'second']);
  });

  test('it is held to the limits of a message, and to rooms one is in', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const { id: roomId } = await makeRoom('group', ada);
    await expectRefusal(ada.api.draft.set.mutate({ roomId, content: 'x'.repeat(8_001) }), 'TOO_LARGE');
    await expectRefusal(ada.api.draft.set.mutate({ roomId, content: 'a\u0000b' }), 'VALIDATION');
    await expectRefusal(ada.call('draft.set', { roomId, content: 'x', clientId: 'a'.repeat(16) }), 'VALIDATION');
    await expectRefusal(eve.api.draft.set.mutate({ roomId, content: 'x' }), 'NOT_FOUND');
    await expectRefusal(eve.api.draft.get.query({ roomId }), 'NOT_FOUND');
    await expectRefusal(eve.api.draft.clear.mutate({ roomId }), 'NOT_FOUND');
  });
});
