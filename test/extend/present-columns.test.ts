import { createChat } from '@confab/server';
import type { Member, MessageState, RoomState } from '@confab/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Prisma, PrismaClient } from '../../server/store/generated/sqlite/client.js';
import { prismaStore } from '../../server/store/prisma-store.js';
import type { StoreOverrides } from '../../server/store/methods-override.js';
import { clientId } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { waitFor } from '../support/wait.js';
import { createHost } from './host-client.js';
import { serveChat, told, viewer } from './served-chat.js';
import type { HostContext, ServedChat } from './served-chat.js';

const columns = { message: ['priority', 'expiresAt'], room: ['vip'], member: ['nickname'] } as const;

const present = {
  message: (message: MessageState, row: { priority: number | null; expiresAt: Date | null }) => ({
    ...message,
    priority: row.priority,
    expiresAt: row.expiresAt,
  }),
  room: (room: RoomState, row: { vip: boolean }) => ({ ...room, vip: row.vip }),
  member: (member: Member, row: { nickname: string | null }) => ({ ...member, nickname: row.nickname }),
};

const expiresAt = new Date('2027-01-02T03:04:05.678Z');
/** The generated types of the host's own client are not there before the first run. */
const own = (data: object): never => data as never;

/** How a host writes its own columns: with the row, or after it. */
const override: StoreOverrides<Prisma.TransactionClient> = {
  sendMessage: (base) => async (tx, input) => {
    const { id, custom, content } = input.message;
    const priority = typeof custom['priority'] === 'number' ? custom['priority'] : undefined;
    const sent = await base(tx, priority === undefined ? input : { ...input, columns: { priority } });
    if (content?.startsWith('brief') === true) {
      await tx.host.chatMessage.update({ where: { id }, data: own({ expiresAt }) });
    }
    return sent;
  },
  editMessage: (base) => (tx, input) => base(tx, { ...input, columns: { priority: 9 } }),
  createRoom: (base) => async (tx, input) => {
    const room = await base(tx, input);
    await tx.host.chatRoom.update({ where: { id: room.id }, data: own({ vip: room.name === 'Lounge' }) });
    await tx.host.chatMember.updateMany({ where: { roomId: room.id }, data: own({ nickname: 'founder' }) });
    return room;
  },
};

eachDatabase((database) => {
  let client: () => PrismaClient;
  const clients: PrismaClient[] = [];
  const connected = (): PrismaClient => {
    const made = client();
    clients.push(made);
    return made;
  };
  const store = (overrides: StoreOverrides<Prisma.TransactionClient>) =>
    database.provider === 'sqlite'
      ? prismaStore({ writer: connected(), reader: connected() }, { override: overrides })
      : prismaStore(connected(), { override: overrides });
  const open = (overrides: StoreOverrides<Prisma.TransactionClient>, settings = {}) =>
    createChat({
      store: store(overrides),
      viewer: (ctx: HostContext) => viewer(ctx),
      settings,
      columns,
      present,
    });
  let served: ServedChat;
  let chat: ReturnType<typeof open>;

  beforeAll(async () => {
    client = await createHost(database);
    chat = open(override);
    served = await serveChat(chat);
  }, 120_000);
  afterAll(async () => {
    await served[Symbol.asyncDispose]();
    await Promise.all(clients.map((one) => one.$disconnect()));
  });

  const makeRoom = async (owner: Connection, members: readonly Connection[], name = 'Team'): Promise<string> => {
    const ids = members.map(({ id }) => id);
    const { id } = await owner.api.room.create.mutate({ kind: 'group', name, members: ids });
    for (const one of [owner, ...members]) await one.event('room.created', (event) => event.roomId === id);
    return id;
  };
  const created = (connection: Connection) =>
    told<{ message: object }>(connection, 'message.created').map(({ data }) => data.message);

  test('a column that was not written is presented with the default of the database', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const roomId = await makeRoom(ann, [ben]);
    const sent = await ann.api.message.send.mutate({ roomId, content: 'plain' });
    expect(sent).toMatchObject({ priority: 1, expiresAt: null });
    await waitFor(() => created(ben).length === 1, { what: 'the message' });
    expect(created(ben)).toEqual([sent]);
  });

  test('one that is written with the row is in the answer, the event, the replay and every list', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const roomId = await makeRoom(ann, [ben]);
    const since = ben.received.at(-1)?.id ?? '';
    const said = { roomId, content: 'hello', clientId: clientId(), custom: { priority: 5 } };
    const sent = await ann.api.message.send.mutate(said);
    expect(sent).toMatchObject({ priority: 5 });
    expect(await ann.api.message.send.mutate(said)).toEqual(sent);
    await waitFor(() => created(ben).length === 1, { what: 'the message' });
    expect(created(ben)).toEqual([sent]);
    const again = await served.connect(ben.person, { since });
    await waitFor(() => created(again).length === 1, { what: 'the replay' });
    expect(created(again)).toEqual([sent]);
    expect((await ben.api.message.list.query({ roomId })).items).toEqual([sent]);
    expect((await ben.api.room.list.query({})).items[0]?.lastMessage).toEqual(sent);
    expect(await ben.call('notification.pending', {})).toMatchObject({ rooms: [{ lastMessage: { priority: 5 } }] });
    const edited = await ann.api.message.edit.mutate({ messageId: sent.id, content: 'bye' });
    expect(edited).toMatchObject({ priority: 9, content: 'bye' });
    expect((await ben.event('message.updated')).data.message).toEqual(edited);
  });

  test('one that an override writes after the row is there, too', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const roomId = await makeRoom(ann, [ben]);
    const sent = await ann.api.message.send.mutate({ roomId, content: 'brief' });
    expect(sent).toMatchObject({ priority: 1, expiresAt });
    await waitFor(() => created(ben).length === 1, { what: 'the message' });
    expect(created(ben)).toEqual([sent]);
  });

  test('so is one that is written in a host’s own transaction', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const roomId = await makeRoom(ann, [ben]);
    await chat.transaction(async ({ tx, chat: inside }) => {
      const { id } = await inside.as(ann.id).message.send({ roomId, content: 'hello' });
      await tx.chatMessage.update({ where: { id }, data: own({ priority: 7 }) });
    });
    await waitFor(() => created(ben).length === 1, { what: 'the message' });
    expect(created(ben)).toEqual([expect.objectContaining({ content: 'hello', priority: 7 })]);
  });

  test('rooms and members carry theirs wherever they are told', async () => {
    const [ann, ben, cleo] = await served.users('ann', 'ben', 'cleo');
    const roomId = await makeRoom(ann, [ben], 'Lounge');
    const room = { id: roomId, vip: true };
    expect(await ann.api.room.get.query({ roomId })).toMatchObject({ ...room, me: { nickname: 'founder' } });
    expect((await ben.event('room.created')).data).toMatchObject({
      room,
      members: [{ nickname: 'founder' }, { nickname: 'founder' }],
    });
    expect(await ann.api.room.update.mutate({ roomId, description: 'For guests' })).toMatchObject(room);
    expect((await ben.event('room.updated')).data).toMatchObject({ room });
    expect((await ben.api.room.list.query({})).items).toMatchObject([room]);
    const added = await ann.api.room.addMembers.mutate({ roomId, userIds: [cleo.id] });
    expect(added.room).toMatchObject(room);
    expect((await cleo.event('member.added')).data).toMatchObject({ room, members: [{ nickname: null }] });
    expect((await ann.api.room.members.query({ roomId })).items).toMatchObject([
      { nickname: 'founder' },
      { nickname: 'founder' },
      { nickname: null },
    ]);
    const created = await ann.api.room.create.mutate({ kind: 'group', name: 'Lounge' });
    expect(created).toMatchObject({ vip: true, me: { nickname: 'founder' } });
  });

  test('of a message whose row is gone they are null', async () => {
    const hard = open({}, { softDelete: false });
    const elsewhere = await serveChat(hard);
    try {
      const [ann] = await elsewhere.users('ann');
      const roomId = await makeRoom(ann, []);
      const since = ann.received.at(-1)?.id ?? '';
      const said = { roomId, content: 'hello', clientId: clientId() };
      const { id } = await ann.api.message.send.mutate(said);
      await ann.api.message.delete.mutate({ messageIds: [id] });
      await ann.event('message.deleted');
      const gone = { id, content: null, priority: null, expiresAt: null };
      expect(await ann.api.message.send.mutate(said)).toMatchObject(gone);
      const again = await elsewhere.connect(ann.person, { since });
      await waitFor(() => created(again).length === 1, { what: 'the replay' });
      expect(created(again)).toEqual([expect.objectContaining(gone)]);
    } finally {
      await elsewhere[Symbol.asyncDispose]();
    }
  });

  test('one that the host’s model does not have is refused at construction, by its name', () => {
    const make = (wrong: object) => () => createChat({ store: store({}), viewer: () => null, columns: wrong });
    expect(make({ message: ['priority', 'urgency'] })).toThrow('columns.message.urgency');
    expect(make({ room: ['priority'] })).toThrow('columns.room.priority');
    expect(make({ member: ['vip'] })).toThrow('columns.member.vip');
  });
});
