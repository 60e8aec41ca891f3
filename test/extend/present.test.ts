import { createChat } from '@confab/server';
import type { Member, MessageState, RoomState } from '@confab/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientId, person } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { waitFor } from '../support/wait.js';
import { serveChat, told, viewer } from './served-chat.js';
import type { HostContext, ServedChat } from './served-chat.js';

const withPresent = {
  message: ({ format: _format, forwardedFrom: _forwardedFrom, ...message }: MessageState) => ({
    ...message,
    shout: message.content?.toUpperCase() ?? '(gone)',
  }),
  room: ({ id, kind, seq, lastActivityAt, name }: RoomState) => ({ id, kind, seq, lastActivityAt, title: name }),
  member: ({ user, ...member }: Member) => ({ ...member, label: user.name ?? user.id }),
};

interface Shown {
  readonly id: string;
  readonly shout: string;
  readonly format?: never;
}

eachDatabase((database) => {
  const open = async () =>
    createChat({
      store: await database.store(),
      viewer: (ctx: HostContext) => viewer(ctx),
      present: withPresent,
    });
  let served: ServedChat;
  let chat: Awaited<ReturnType<typeof open>>;

  beforeAll(async () => {
    chat = await open();
    served = await serveChat(chat);
  });
  afterAll(() => served[Symbol.asyncDispose]());

  const makeRoom = async (owner: Connection, members: readonly Connection[]): Promise<string> => {
    const ids = members.map(({ id }) => id);
    const { id } = await owner.api.room.create.mutate({ kind: 'group', name: 'Team', members: ids });
    for (const one of [owner, ...members]) await one.event('room.created', (event) => event.roomId === id);
    return id;
  };
  const created = (connection: Connection) =>
    told<{ message: Shown }>(connection, 'message.created').map(({ data }) => data.message);
  const shown = { shout: 'HELLO', content: 'hello' };

  test('a message reads the same in the answer, the event, the replay and the history', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const roomId = await makeRoom(ann, [ben]);
    const since = ben.received.at(-1)?.id ?? '';
    const sent = await ann.api.message.send.mutate({ roomId, content: 'hello' });
    expect(sent).toMatchObject(shown);
    expect(sent).not.toHaveProperty('format');
    expect(sent).not.toHaveProperty('forwardedFrom');
    await waitFor(() => created(ben).length === 1, { what: 'the message' });
    expect(created(ben)).toEqual([sent]);
    expect(await ben.api.message.get.query({ messageId: sent.id })).toEqual(sent);
    expect((await ben.api.message.list.query({ roomId })).items).toEqual([sent]);
    const again = await served.connect(ben.person, { since });
    await waitFor(() => created(again).length === 1, { what: 'the replay' });
    expect(created(again)).toEqual([sent]);
    expect(await ann.call('sync', { roomId, afterSeq: 1 })).toMatchObject({ events: [{ data: { message: sent } }] });
  });

  test('it does so on another node, which reads it from the log', async () => {
    const elsewhere = await serveChat(await open());
    try {
      const [ann] = await served.users('ann');
      const roomId = await makeRoom(ann, []);
      const far = await elsewhere.connect(ann.person);
      const sent = await ann.api.message.send.mutate({ roomId, content: 'hello' });
      await waitFor(() => created(far).length === 1, { what: 'the message' });
      expect(created(far)).toEqual([sent]);
    } finally {
      await elsewhere[Symbol.asyncDispose]();
    }
  });

  test('a message of the ordinary path, a retry and an edit read like it', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const roomId = await makeRoom(ann, [ben]);
    const said = { roomId, content: 'hello', clientId: clientId(), mentions: [ben.id] };
    const sent = await ann.api.message.send.mutate(said);
    expect(sent).toMatchObject(shown);
    expect(await ann.api.message.send.mutate(said)).toEqual(sent);
    await waitFor(() => created(ben).length === 1, { what: 'the message' });
    expect(created(ben)).toEqual([sent]);
    const edited = await ann.api.message.edit.mutate({ messageId: sent.id, content: 'bye' });
    expect(edited).toMatchObject({ shout: 'BYE' });
    expect(edited).not.toHaveProperty('format');
    const { data } = await ben.event('message.updated');
    expect(data.message).toEqual(edited);
  });

  test('a tombstone goes the same way', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const roomId = await makeRoom(ann, [ben]);
    const since = ben.received.at(-1)?.id ?? '';
    const { id } = await ann.api.message.send.mutate({ roomId, content: 'hello' });
    await ann.api.message.delete.mutate({ messageIds: [id] });
    await ben.event('message.deleted');
    const gone = { id, shout: '(gone)', content: null };
    expect(await ben.api.message.get.query({ messageId: id })).toMatchObject(gone);
    const again = await served.connect(ben.person, { since });
    await waitFor(() => created(again).length === 1, { what: 'the replay' });
    expect(created(again)).toEqual([expect.objectContaining(gone)]);
    expect(created(again)[0]).not.toHaveProperty('format');
    const [line] = (await ben.api.room.list.query({})).items;
    expect(line?.lastMessage).toMatchObject(gone);
  });

  test('what a list and a stream begin with reads like it', async () => {
    const [ann] = await served.users('ann');
    const ben = person('ben');
    const away = await served.connect(ben);
    const roomId = await makeRoom(ann, [away]);
    await away.close();
    const sent = await ann.api.message.send.mutate({ roomId, content: 'hello' });
    const back = await served.connect(ben);
    const { data } = await back.event('ready');
    expect(data.pending).toEqual([expect.objectContaining({ roomId, lastMessage: sent })]);
    const pending = (await back.call('notification.pending', {})) as { rooms: unknown[] };
    expect(pending.rooms).toEqual(data.pending);
    const [line] = (await back.api.room.list.query({})).items;
    expect(line?.lastMessage).toEqual(sent);
  });

  test('reactions are told to each reader in their own way', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const roomId = await makeRoom(ann, [ben]);
    const { id: messageId } = await ann.api.message.send.mutate({ roomId, content: 'hello' });
    await ben.api.message.react.mutate({ messageId, emoji: '👍' });
    expect(await ben.api.message.get.query({ messageId })).toMatchObject({
      ...shown,
      reactions: [{ emoji: '👍', count: 1, mine: true }],
    });
    expect(await ann.api.message.get.query({ messageId })).toMatchObject({
      ...shown,
      reactions: [{ emoji: '👍', count: 1, mine: false }],
    });
    await ann.api.message.edit.mutate({ messageId, content: 'bye' });
    const { data } = await ben.event('message.updated');
    expect(data.message.reactions).toEqual([{ emoji: '👍', count: 1 }]);
  });

  test('rooms and members read the same in answers and events', async () => {
    const [ann, ben, cleo] = await served.users('ann', 'ben', 'cleo');
    const roomId = await makeRoom(ann, [ben]);
    const room = { id: roomId, kind: 'group', title: 'Team' };
    const label = (connection: Connection) => ({ userId: connection.id, label: connection.id.split('-')[0] });
    const got = await ann.api.room.get.query({ roomId });
    expect(got).toMatchObject({ ...room, me: { ...label(ann), role: 'owner', notify: 'all' } });
    expect(got).not.toHaveProperty('name');
    expect(got.me).not.toHaveProperty('user');
    const [line] = (await ann.api.room.list.query({})).items;
    expect(line).toMatchObject({ ...room, unread: 0, lastMessage: null, me: label(ann) });
    expect(line).not.toHaveProperty('name');
    expect((await ann.api.room.members.query({ roomId })).items).toMatchObject([label(ann), label(ben)]);

    const [start] = told<Record<string, object>>(ben, 'room.created');
    expect(start?.data).toMatchObject({ room, members: [label(ann), label(ben)] });
    expect(start?.data['room']).not.toHaveProperty('name');
    await ann.api.room.addMembers.mutate({ roomId, userIds: [cleo.id] });
    const { data } = await cleo.event('member.added');
    expect(data).toMatchObject({ room, members: [label(cleo)] });
    expect(data.members[0]).not.toHaveProperty('user');
    const updated = await ann.api.room.update.mutate({ roomId, name: 'Crew' });
    expect(updated).toMatchObject({ title: 'Crew' });
    await ben.event('room.updated', (event) => (event.data.room as object as { title: string }).title === 'Crew');
    const promoted = (await ann.call('room.setRole', { roomId, userIds: [ben.id], role: 'admin' })) as object;
    expect(promoted).toMatchObject({ room: { title: 'Crew' }, members: [{ ...label(ben), role: 'admin' }] });
  });
});
