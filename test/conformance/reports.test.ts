import { expect, test } from 'vitest';
import { expectRefusal, person } from '../support/client.js';
import { makeRoom, onEachDatabase, say, succeeded } from '../support/suite.js';
import type { Suite } from '../support/suite.js';

/** A group of ada's in which bob said something that cy reported. */
async function reported(suite: Suite) {
  const [ada, bob, cy] = await suite.users('ada', 'bob', 'cy');
  const { id: roomId } = await makeRoom('group', ada, [bob, cy]);
  const { id: messageId } = await say(bob, roomId, 'buy my soup', [ada, bob, cy]);
  const { id: reportId } = await cy.api.report.create.mutate({ messageId, reason: 'advertising' });
  return { ada, bob, cy, roomId, messageId, reportId };
}

onEachDatabase('reports', (suite) => {
  test('those who run a room find what a member reported, and by whom', async () => {
    const { ada, bob, cy, roomId, messageId, reportId } = await reported(suite);
    const { items, nextCursor } = await ada.api.report.list.query({ roomId });
    expect(nextCursor).toBeNull();
    expect(items).toMatchObject([
      {
        ...{ id: reportId, roomId, messageId, reporterId: cy.id, reporter: { id: cy.id, name: 'Cy' } },
        ...{ reason: 'advertising', createdAt: expect.any(Date), resolvedAt: null, resolvedBy: null, action: null },
        message: { id: messageId, senderId: bob.id, content: 'buy my soup' },
      },
    ]);
    expect(items).toHaveLength(1);
  });

  test('plain members can’t read or resolve reports; one with the grant to moderate can', async () => {
    const { ada, bob, cy, roomId, reportId } = await reported(suite);
    const [eve] = await suite.users('eve');
    await expectRefusal(bob.api.report.list.query({ roomId }), 'PERMISSION_DENIED');
    await expectRefusal(eve.api.report.list.query({ roomId }), 'NOT_FOUND');
    await expectRefusal(bob.api.report.resolve.mutate({ reportId, action: 'dismiss' }), 'NOT_FOUND');
    await expectRefusal(eve.api.report.resolve.mutate({ reportId, action: 'dismiss' }), 'NOT_FOUND');
    await expectRefusal(cy.api.report.resolve.mutate({ reportId, action: 'dismiss' }), 'PERMISSION_DENIED');
    await expectRefusal(bob.call('report.list', {}), 'VALIDATION');
    await ada.api.room.grant.mutate({ roomId, userIds: [cy.id], permissions: ['message.moderate'] });
    expect((await cy.api.report.list.query({ roomId })).items).toHaveLength(1);
    await cy.api.report.resolve.mutate({ reportId, action: 'dismiss' });
  });

  test('nobody in the room is told of a report', async () => {
    const { ada, bob, cy, roomId } = await reported(suite);
    await say(ada, roomId, 'hello', [ada, bob, cy]);
    const seqs = [ada, bob, cy].map((member) => member.seqs(roomId));
    expect(seqs).toEqual([ada, bob, cy].map(() => [1, 2, 3]));
    expect([ada, bob, cy].flatMap((member) => member.events('notification'))).toEqual([]);
  });

  test('the same person’s second report of a message is the first one', async () => {
    const { ada, cy, roomId, messageId, reportId } = await reported(suite);
    expect(await cy.api.report.create.mutate({ messageId, reason: 'still there' })).toEqual({ id: reportId });
    const [one, other] = await Promise.all(
      [1, 2].map(() => ada.api.report.create.mutate({ messageId, reason: 'seen it' })),
    );
    expect(one).toEqual(other);
    const { items } = await ada.api.report.list.query({ roomId });
    expect(items.map(({ reason }) => reason)).toEqual(['seen it', 'advertising']);
  });

  test('one reports what one sees, and nothing of one’s own', async () => {
    const { ada, bob, cy, roomId, messageId } = await reported(suite);
    const [eve] = await suite.users('eve');
    await expectRefusal(eve.api.report.create.mutate({ messageId, reason: 'x' }), 'NOT_FOUND');
    await expectRefusal(bob.api.report.create.mutate({ messageId, reason: 'x' }), 'VALIDATION');
    await expectRefusal(ada.api.report.create.mutate({ messageId, reason: ' \u200B' }), 'VALIDATION');
    await expectRefusal(ada.api.report.create.mutate({ messageId, reason: 'x'.repeat(1_001) }), 'TOO_LARGE');
    const { id: gone } = await say(bob, roomId, 'gone', [cy]);
    await bob.api.message.delete.mutate({ messageIds: [gone] });
    await expectRefusal(cy.api.report.create.mutate({ messageId: gone, reason: 'x' }), 'NOT_FOUND');
  });

  test('deleting is told as any deletion, and ends every open report of the message', async () => {
    const { ada, bob, cy, roomId, messageId, reportId } = await reported(suite);
    await ada.api.report.create.mutate({ messageId, reason: 'seen it' });
    const resolved = await ada.api.report.resolve.mutate({ reportId, action: 'delete' });
    expect(resolved).toMatchObject({
      ...{ id: reportId, action: 'delete', resolvedBy: ada.id, resolvedAt: expect.any(Date) },
      message: { id: messageId, content: null, deletedAt: expect.any(Date) },
    });
    const event = await bob.event('message.deleted');
    expect(event).toMatchObject({ roomId, actorId: ada.id, data: { messageIds: [messageId] } });
    expect((await ada.api.report.list.query({ roomId, state: 'open' })).items).toEqual([]);
    const done = await ada.api.report.list.query({ roomId, state: 'resolved' });
    expect(done.items.map(({ reporterId, action }) => [reporterId, action])).toEqual([
      [ada.id, 'delete'],
      [cy.id, 'delete'],
    ]);
  });

  test('a dismissed message stays as it is', async () => {
    const { ada, roomId, messageId, reportId } = await reported(suite);
    const before = (await ada.api.room.get.query({ roomId })).seq;
    expect(await ada.api.report.resolve.mutate({ reportId, action: 'dismiss' })).toMatchObject({ action: 'dismiss' });
    expect(await ada.api.message.get.query({ messageId })).toMatchObject({ content: 'buy my soup', deletedAt: null });
    expect((await ada.api.room.get.query({ roomId })).seq).toBe(before);
  });

  test('its sender is muted or banned as these are, for as long as is said', async () => {
    const { ada, bob, roomId, reportId } = await reported(suite);
    const until = new Date(Date.now() + 3_600_000);
    await ada.api.report.resolve.mutate({ reportId, action: 'mute', until });
    const muted = await bob.event('member.updated');
    expect(muted.data.members).toMatchObject([{ userId: bob.id, mutedUntil: until }]);
    await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'x' }), 'PERMISSION_DENIED');

    const second = await reported(suite);
    await second.ada.api.report.resolve.mutate({ reportId: second.reportId, action: 'ban', until });
    const removed = await second.bob.event('member.removed');
    expect(removed.data).toEqual({ userIds: [second.bob.id], reason: 'banned' });
    const { items } = await second.ada.api.room.bans.query({ roomId: second.roomId });
    expect(items).toMatchObject([{ userId: second.bob.id, until }]);
  });

  test('what the action itself refuses leaves the report open and everything as it was', async () => {
    const { ada, bob, cy, roomId, reportId } = await reported(suite);
    await ada.api.room.grant.mutate({ roomId, userIds: [cy.id], permissions: ['message.moderate'] });
    // To moderate messages is not to mute people.
    await expectRefusal(cy.api.report.resolve.mutate({ reportId, action: 'mute' }), 'PERMISSION_DENIED');
    await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id, cy.id], role: 'admin' });
    await expectRefusal(cy.api.report.resolve.mutate({ reportId, action: 'ban' }), 'PERMISSION_DENIED');
    await expectRefusal(ada.api.report.resolve.mutate({ reportId, action: 'mute', until: new Date(0) }), 'VALIDATION');
    await expectRefusal(
      ada.api.report.resolve.mutate({ reportId, action: 'delete', until: new Date(Date.now() + 9_999) }),
      'VALIDATION',
    );
    expect((await ada.api.report.list.query({ roomId, state: 'open' })).items).toHaveLength(1);
    const members = await ada.api.room.members.query({ roomId });
    expect(members.items.map(({ mutedUntil }) => mutedUntil)).toEqual([null, null, null]);
  });

  test('a report is resolved once: again the same way changes nothing, another way is CONFLICT', async () => {
    const { ada, cy, roomId, reportId } = await reported(suite);
    const first = await ada.api.report.resolve.mutate({ reportId, action: 'dismiss' });
    expect(await ada.api.report.resolve.mutate({ reportId, action: 'dismiss' })).toEqual(first);
    await expectRefusal(ada.api.report.resolve.mutate({ reportId, action: 'delete' }), 'CONFLICT');
    await ada.api.room.setRole.mutate({ roomId, userIds: [cy.id], role: 'admin' });

    const { id: messageId } = await say(cy, roomId, 'more soup', [ada]);
    const { id } = await ada.api.report.create.mutate({ messageId, reason: 'x' });
    const done = await succeeded([
      ada.api.report.resolve.mutate({ reportId: id, action: 'delete' }),
      ada.api.report.resolve.mutate({ reportId: id, action: 'dismiss' }),
      cy.api.report.resolve.mutate({ reportId: id, action: 'dismiss' }),
    ]);
    expect(new Set(done.map(({ action }) => action)).size).toBe(1);
    const { deletedAt } = await ada.api.message.get.query({ messageId });
    expect(deletedAt !== null).toBe(done[0]?.action === 'delete');
  });

  test('reports come newest first and in pages', async () => {
    const { ada, bob, cy, roomId, reportId } = await reported(suite);
    const ids = [reportId];
    for (const text of ['one', 'two', 'three']) {
      const { id: messageId } = await say(bob, roomId, text, [cy]);
      ids.unshift((await cy.api.report.create.mutate({ messageId, reason: text })).id);
    }
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof ada.api.report.list.query>> = await ada.api.report.list.query({
        ...{ roomId, limit: 2 },
        ...(cursor === null ? {} : { cursor }),
      });
      found.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(found).toEqual(ids);
    await expectRefusal(ada.api.report.list.query({ roomId, cursor: 'x' }), 'VALIDATION');
  });

  test('a direct room’s reports are for the host alone', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('direct', ada, [bob]);
    const { id: messageId } = await say(bob, roomId, 'buy my soup', [ada]);
    const { id: reportId } = await ada.api.report.create.mutate({ messageId, reason: 'advertising' });
    await expectRefusal(ada.api.report.list.query({ roomId }), 'PERMISSION_DENIED');
    await expectRefusal(ada.api.report.resolve.mutate({ reportId, action: 'dismiss' }), 'PERMISSION_DENIED');
    await expectRefusal(bob.api.report.resolve.mutate({ reportId, action: 'dismiss' }), 'NOT_FOUND');
  });

  test('who joined after a message, where the past is not theirs, does not see it in its report', async () => {
    const { ada, cy, roomId } = await reported(suite);
    await ada.api.room.update.mutate({ roomId, history: 'sinceJoin' });
    const dan = await suite.connect(person('dan'));
    await ada.api.room.addMembers.mutate({ roomId, userIds: [dan.id] });
    await ada.api.room.setRole.mutate({ roomId, userIds: [dan.id], role: 'admin' });
    expect((await dan.api.report.list.query({ roomId })).items).toMatchObject([{ message: null, reporterId: cy.id }]);
    expect((await ada.api.report.list.query({ roomId })).items).toMatchObject([
      { message: { content: 'buy my soup' } },
    ]);
  });
});
