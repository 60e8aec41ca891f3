import { createChat } from '@confab/server';
import type { Member, MessageState, RoomState } from '@confab/shared';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { clientId, expectRefusal } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { waitFor } from '../support/wait.js';
import { serveChat, told, viewer } from './served-chat.js';
import type { HostContext, ServedChat } from './served-chat.js';

/** What the host's functions trip over. */
let isBroken: (text: string | null) => boolean = () => false;
let broken: () => object = () => {
  throw new Error('a fault in the host’s own code');
};

const present = {
  message: (message: MessageState) => ({ ...message, shown: true, ...(isBroken(message.content) ? broken() : {}) }),
  room: (room: RoomState) => ({ ...room, shown: true, ...(isBroken(room.name) ? broken() : {}) }),
  member: (member: Member) => ({ ...member, shown: true, ...(isBroken(member.user.name) ? broken() : {}) }),
};

eachDatabase((database) => {
  const logged: string[] = [];
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (_: object, what: string) => void logged.push(what),
  };
  const open = async () =>
    createChat({ store: await database.store(), viewer: (ctx: HostContext) => viewer(ctx), present, log });
  let served: ServedChat;

  beforeAll(async () => {
    served = await serveChat(await open());
  });
  afterEach(() => {
    isBroken = () => false;
    broken = () => {
      throw new Error('a fault in the host’s own code');
    };
    logged.length = 0;
  });
  afterAll(() => served[Symbol.asyncDispose]());

  const makeRoom = async (owner: Connection, members: readonly Connection[]): Promise<string> => {
    const ids = members.map(({ id }) => id);
    const { id } = await owner.api.room.create.mutate({ kind: 'group', name: 'Team', members: ids });
    for (const one of [owner, ...members]) await one.event('room.created', (event) => event.roomId === id);
    return id;
  };
  const created = (connection: Connection) =>
    told<{ message: object }>(connection, 'message.created').map(({ data }) => data.message);

  test('a message that can’t be presented is an INTERNAL answer, and everyone hears it as Confab has it', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const roomId = await makeRoom(ann, [ben]);
    isBroken = (text) => text === 'bad';
    const said = { roomId, content: 'bad', clientId: clientId() };
    await expectRefusal(ann.api.message.send.mutate(said), 'INTERNAL');
    const after = await ann.api.message.send.mutate({ roomId, content: 'good' });
    await waitFor(() => created(ben).length === 2, { what: 'both messages' });
    expect(created(ben)).toEqual([expect.objectContaining({ content: 'bad', clientId: said.clientId }), after]);
    expect(created(ben)[0]).not.toHaveProperty('shown');
    expect(ben.seqs(roomId)).toEqual([1, 2, 3]);
    expect(logged).toContain('present.message failed');
    // It is stored, so the same client id finds it, once it can be shown.
    isBroken = () => false;
    expect(await ann.api.message.send.mutate(said)).toMatchObject({ content: 'bad', seq: 2, shown: true });
  });

  test('on the ordinary path nothing is left of it', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const roomId = await makeRoom(ann, [ben]);
    isBroken = (text) => text === 'bad';
    await expectRefusal(ann.api.message.send.mutate({ roomId, content: 'bad', mentions: [ben.id] }), 'INTERNAL');
    await ann.api.message.send.mutate({ roomId, content: 'good' });
    await waitFor(() => created(ben).length === 1, { what: 'the next message' });
    expect(ben.seqs(roomId)).toEqual([1, 2]);
  });

  test('one of a batch fails only for itself', async () => {
    const [ann] = await served.users('ann');
    const roomId = await makeRoom(ann, []);
    isBroken = (text) => text === '3';
    const sends = Array.from({ length: 6 }, (_, nth) => ann.api.message.send.mutate({ roomId, content: String(nth) }));
    const outcomes = await Promise.allSettled(sends);
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    ]);
    await waitFor(() => created(ann).length === 6, { what: 'all six' });
    expect(ann.seqs(roomId)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('a stream begins and replays whatever the host’s functions do', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const roomId = await makeRoom(ann, [ben]);
    const since = ben.received.at(-1)?.id ?? '';
    await ben.close();
    await ann.api.message.send.mutate({ roomId, content: 'one' });
    await ann.api.room.update.mutate({ roomId, description: 'New' });
    await ann.call('room.setRole', { roomId, userIds: [ben.id], role: 'admin' });
    isBroken = () => true;
    const elsewhere = await serveChat(await open());
    try {
      const again = await elsewhere.connect(ben.person, { since });
      await again.event('member.updated');
      expect(again.seqs(roomId)).toEqual([2, 3, 4]);
      expect((await again.event('ready')).data.pending).toMatchObject([{ roomId, lastMessage: { content: 'one' } }]);
      await expectRefusal(again.api.message.list.query({ roomId }), 'INTERNAL');
      await expectRefusal(again.api.room.list.query({}), 'INTERNAL');
      await expectRefusal(again.api.room.members.query({ roomId }), 'INTERNAL');
      expect(new Set(logged)).toEqual(
        new Set([...['present.message failed', 'present.room failed', 'present.member failed', 'a call failed']]),
      );
    } finally {
      isBroken = () => false;
      await elsewhere[Symbol.asyncDispose]();
    }
  });

  test('what can’t be sent counts as a fault', async () => {
    const [ann] = await served.users('ann');
    const roomId = await makeRoom(ann, []);
    isBroken = (text) => text === 'bad';
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    const results = [{ loop }, { call: () => undefined }, { later: Promise.resolve(1) }, { id: Symbol('id') }];
    for (const result of results) {
      broken = () => result;
      await expectRefusal(ann.api.message.send.mutate({ roomId, content: 'bad' }), 'INTERNAL');
    }
    await ann.api.message.send.mutate({ roomId, content: 'good' });
    await waitFor(() => created(ann).length === 5, { what: 'all five' });
    expect(ann.seqs(roomId)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
