import { randomBytes } from 'node:crypto';
import { createChat, memoryBus, memoryWire } from '@confab/server';
import type { Bus, Viewer } from '@confab/server';
import { expect, test, vi } from 'vitest';
import type { HostContext } from '../extend/served-chat.js';
import { serveChat, told } from '../extend/served-chat.js';
import { expectRefusal, person } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { liveFully } from '../support/full-life.js';
import { findText } from '../support/tables.js';
import { waitFor } from '../support/wait.js';

/** A token is a user's id and, after a `;`, when it was issued. */
const viewer = ({ userId: token }: HostContext): Viewer | null => {
  const [id = '', issuedAt] = (token ?? '').split(';');
  return id === '' ? null : { id, ...(issuedAt === undefined ? {} : { issuedAt: new Date(Number(issuedAt)) }) };
};

vi.setConfig({ testTimeout: 60_000 });

function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

eachDatabase((database) => {
  async function open(bus: Bus = memoryBus()) {
    const chat = createChat({ store: await database.store(), bus, viewer });
    return { chat, served: await serveChat(chat) };
  }
  // An index of words may keep of a word only what sets it apart from the one before.
  const marked = () => randomBytes(10).toString('hex');
  const nothing = { messages: 0, copies: 0, rooms: 0, reactions: 0, mentions: 0, rows: 0 };

  test('nothing that an erased user said or was called is left in any table', async () => {
    const { chat, served } = await open();
    await using _ = served;
    const marker = marked();
    const [ada, bob] = [person('ada').id, person('bob').id];
    const life = await liveFully({ chat, database }, { ada, bob, marker });
    const before = await findText(database, marker);
    expect(before.length).toBeGreaterThan(12);
    expect(before.some((place) => place.includes('search'))).toBe(true);
    const erased = await chat.system.user.erase({ userId: ada });
    expect(erased).toMatchObject({ messages: 8, copies: 1, rooms: 3, reactions: 1, mentions: 1 });
    expect(await findText(database, marker)).toEqual([]);
    // The id stays beside tombstones.
    const { items } = await chat.as(bob).message.list({ roomId: life.groupId });
    const tombstone = items.find(({ id }) => id === life.messageIds[0]);
    expect(tombstone).toMatchObject({ senderId: ada, sender: { id: ada, name: null, image: null }, content: null });
    expect(tombstone?.deletedAt).toBeInstanceOf(Date);
    expect(items.find(({ id }) => id === life.answeredId)).toMatchObject({
      ...{ content: 'you', mentions: [], reactions: [], replyTo: { content: null } },
    });
    expect((await chat.as(bob).message.get({ messageId: life.copyId })).content).toBeNull();
    expect(await database.db.chatSession.count({ where: { userId: ada } })).toBe(0);
    expect(await database.db.chatEvent.count({ where: { roomId: `u:${ada}` } })).toBe(0);
  });

  test('erasing again finds nothing, changes nothing and tells nobody', async () => {
    const { chat, served } = await open();
    await using _ = served;
    const [ada, bob] = [person('ada').id, person('bob').id];
    await liveFully({ chat, database }, { ada, bob, marker: marked() });
    await chat.system.user.erase({ userId: ada });
    const events = await database.db.chatEvent.count();
    const user = await database.db.chatUser.findUnique({ where: { id: ada } });
    expect(await chat.system.user.erase({ userId: ada })).toEqual(nothing);
    expect(await database.db.chatEvent.count()).toBe(events);
    expect(await database.db.chatUser.findUnique({ where: { id: ada } })).toEqual(user);
    // Nor does somebody nobody knows leave anything but that they were erased.
    expect(await chat.system.user.erase({ userId: person('eve').id })).toEqual({ ...nothing, rows: 1 });
  });

  test('what others reported of messages that were deleted before goes as well, and no other report', async () => {
    const { chat, served } = await open();
    await using _ = served;
    const marker = marked();
    const [ada, bob] = [person('ada').id, person('bob').id];
    const { id: roomId } = await chat.as(bob).room.create({ kind: 'group', name: 'Team', members: [ada] });
    const said: string[] = [];
    for (const nth of [1, 2]) said.push((await chat.as(ada).message.send({ roomId, content: `rude ${nth}` })).id);
    const { id: kept } = await chat.as(bob).message.send({ roomId, content: 'mine' });
    for (const messageId of said) await chat.as(bob).report.create({ messageId, reason: `she wrote ${marker}` });
    await chat.as(ada).report.create({ messageId: kept, reason: 'nothing' });
    await chat.system.report.create({ messageId: kept, reason: 'of another' });
    const [report] = (await chat.as(bob).report.list({ roomId, state: 'open' })).items.filter(
      ({ messageId }) => messageId === said[0],
    );
    await chat.as(bob).report.resolve({ reportId: report?.id ?? '', action: 'delete' });
    // One that was removed with its row, as another setting has it.
    const store = await database.store();
    await store.write(async (tx) => {
      await tx.lock([roomId]);
      const deletion = { roomId, messageIds: said.slice(1), actorId: bob, at: new Date(), softDelete: false };
      await store.methods.deleteMessages(tx, deletion);
    });
    await chat.system.user.erase({ userId: ada });
    expect(await findText(database, marker)).toEqual([]);
    expect((await chat.as(bob).report.list({ roomId })).items).toMatchObject([{ reason: 'of another' }]);
    expect(await chat.system.user.erase({ userId: ada })).toEqual(nothing);
  });

  test('a forwarding that is under way brings nothing of it to another room', async () => {
    const { chat, served } = await open();
    await using _ = served;
    const marker = marked();
    const [ada, bob] = [person('ada').id, person('bob').id];
    const { id: roomId } = await chat.as(ada).room.create({ kind: 'group', name: 'Team', members: [bob] });
    const { id: elsewhere } = await chat.as(bob).room.create({ kind: 'group', name: 'Elsewhere' });
    const { id: messageId } = await chat.as(ada).message.send({ roomId, content: marker });
    const [isRead, isErased] = [gate(), gate()];
    const store = await database.store({
      override: {
        findMessage: (base) => async (tx, input) => {
          const found = await base(tx, input);
          // It has read what it forwards, and waits for the erasure as long as a transaction may.
          if ('append' in tx) {
            isRead.open();
            await Promise.race([isErased.opened, new Promise((resolve) => setTimeout(resolve, 1_000))]);
          }
          return found;
        },
      },
    });
    const slow = createChat({ store, viewer });
    const forwarding = slow.as(bob).message.forward({ messageId, roomIds: [elsewhere] });
    await isRead.opened;
    await chat.system.user.erase({ userId: ada }).finally(() => isErased.open());
    await forwarding.catch(() => undefined);
    await slow.close();
    expect(await findText(database, marker)).toEqual([]);
  });

  test('an erasure that was broken off anywhere is completed by another', async () => {
    const { chat: whole, served } = await open();
    await using _ = served;
    const broken = Object.fromEntries(
      (['authoredIn', 'eraseTraces', 'eraseReceipts', 'copiesOf', 'eraseReactions', 'eraseOwnRows'] as const).map(
        (name) => [name, () => () => Promise.reject(new Error(`broken at ${name}`))],
      ),
    );
    const marker = marked();
    const [ada, bob] = [person('ada').id, person('bob').id];
    const { groupId } = await liveFully({ chat: whole, database }, { ada, bob, marker });
    for (const [name, override] of Object.entries(broken)) {
      const chat = createChat({ store: await database.store({ override: { [name]: override } }), viewer });
      await expect(chat.system.user.erase({ userId: ada })).rejects.toThrow();
      await chat.close();
    }
    await whole.system.user.erase({ userId: ada });
    expect(await findText(database, marker)).toEqual([]);
    const seqs = await database.db.chatEvent.findMany({ where: { roomId: groupId }, orderBy: { seq: 'asc' } });
    expect(seqs.map(({ seq }) => seq)).toEqual(seqs.map((_row, index) => index + 1));
  });

  test('more than one event can tell of is erased in several', async () => {
    const { chat, served } = await open();
    await using _ = served;
    const ada = person('ada').id;
    const [bob] = await served.users('bob');
    const { id: roomId } = await chat.as(ada).room.create({ kind: 'group', name: 'Many', members: [bob.id] });
    for (let nth = 0; nth < 230; nth += 1) await chat.as(ada).message.send({ roomId, content: `message ${nth}` });
    const erased = await chat.system.user.erase({ userId: ada });
    expect(erased.messages).toBe(230);
    await waitFor(() => told(bob, 'message.deleted').length === 3, { what: 'all events of deletion' });
    const gone = told<{ messageIds: string[] }>(bob, 'message.deleted').map(({ data }) => data.messageIds.length);
    expect(gone).toEqual([100, 100, 30]);
    const seqs = bob.seqs(roomId);
    expect(seqs).toEqual(seqs.map((_seq, index) => (seqs[0] ?? 0) + index));
    expect((await bob.api.room.members.query({ roomId })).items).toMatchObject([{ userId: bob.id, role: 'owner' }]);
    expect(await bob.api.notification.unread.query({})).toMatchObject({ total: 0 });
  });

  test('who is online hears that the text, the name and the member are gone, and a replay has none of it', async () => {
    const wire = memoryWire();
    const [one, two] = [await open(memoryBus(wire)), await open(memoryBus(wire))];
    await using _one = one.served;
    await using _two = two.served;
    const marker = marked();
    const [ada, bob] = [person('ada'), person('bob')];
    const device = await two.served.connect(bob);
    const start = device.received.at(-1)?.id ?? '';
    const life = await liveFully({ chat: one.chat, database }, { ada: ada.id, bob: bob.id, marker });
    await device.event('message.created', ({ data }) => data.message.id === life.messageIds[2]);
    await one.chat.system.user.erase({ userId: ada.id });
    for (const id of [...life.messageIds, life.copyId]) {
      await device.event('message.deleted', ({ data }) => data.messageIds.includes(id));
    }
    await device.event(
      'member.removed',
      ({ data, roomId }) => roomId === life.groupId && data.userIds.includes(ada.id),
    );
    await device.event('message.updated', ({ data: { message } }) => {
      return message.id === life.answeredId && message.reactions.length === 0 && message.mentions.length === 0;
    });
    await device.event('user.updated', ({ data }) => data.user.id === ada.id && data.user.name === null);
    await device.settle();
    // From the memory of the node that did not do it, and of the one that did.
    for (const { served } of [one, two]) {
      const back = await served.connect(bob, { since: start });
      await back.settle();
      expect(back.events('message.deleted').length).toBeGreaterThan(0);
      expect(JSON.stringify(back.received.map(({ event }) => event))).not.toContain(marker);
    }
  });

  test('the erased user’s devices are closed, and come in again with credentials issued since', async () => {
    const { chat, served } = await open();
    await using _ = served;
    const ada = person('ada');
    const token = `${ada.id};${Date.now() - 1_000}`;
    const device = await served.connect(ada, { token, params: { device: 'phone-77' } });
    const { id: roomId } = await device.api.room.create.mutate({ kind: 'group', name: 'Mine' });
    await chat.system.user.erase({ userId: ada.id });
    expect((await device.event('session.revoked')).data).toEqual({ sessionId: 'phone-77', reason: 'erased' });
    await waitFor(() => device.closes.some(({ code }) => code === 4011), { what: 'the device to be closed' });
    const late = await served.connect(ada, { token, subscribe: false });
    await expectRefusal(late.api.room.list.query({}), 'UNAUTHENTICATED');
    const fresh = await served.connect(ada, { token: `${ada.id};${Date.now() + 1_000}` });
    expect((await fresh.api.room.list.query({})).items).toEqual([]);
    await expectRefusal(fresh.api.room.get.query({ roomId }), 'NOT_FOUND');
    // The old device, as it went, left no trace.
    await chat.close();
    expect((await database.db.chatSession.findMany({ where: { userId: ada.id } })).map(({ id }) => id)).not.toContain(
      'phone-77',
    );
  });

  test('a direct room is the other’s alone, and a new one can be made', async () => {
    const { chat, served } = await open();
    await using _ = served;
    const [ada, bob] = [person('ada').id, person('bob').id];
    const room = await chat.as(bob).room.create({ kind: 'direct', members: [ada] });
    await chat.as(bob).message.send({ roomId: room.id, content: 'still mine' });
    await chat.system.user.erase({ userId: ada });
    const [listed] = (await chat.as(bob).room.list({})).items;
    expect(listed).toMatchObject({ id: room.id, memberCount: 1, peer: { id: ada, name: null } });
    expect((await chat.as(bob).message.list({ roomId: room.id })).items).toMatchObject([{ content: 'still mine' }]);
    const again = await chat.as(bob).room.create({ kind: 'direct', members: [ada] });
    expect(again).toMatchObject({ created: true });
    expect(again.id).not.toBe(room.id);
    // With the second of the two it goes.
    await chat.system.user.erase({ userId: bob });
    expect(await database.db.chatRoom.findUnique({ where: { id: room.id } })).toMatchObject({
      deletedAt: expect.any(Date),
    });
  });

  test('the name of an erased user is kept again only once the host says it, or they come anew', async () => {
    const { chat, served } = await open();
    await using _ = served;
    const ada = person('ada').id;
    await chat.system.user.upsert({ userId: ada, name: 'Ada' });
    await chat.system.user.erase({ userId: ada });
    const profiles = [{ id: ada, name: 'Ada', image: null }];
    const store = await database.store();
    const save = (source: Date | null) =>
      store.write((tx) => store.methods.saveProfiles(tx, { profiles, at: new Date(), source }));
    await save(null);
    await save(new Date(Date.now() - 60_000));
    expect(await chat.as(ada).user.me({})).toMatchObject({ name: null });
    await chat.system.user.upsert({ userId: ada, name: 'Ada II' });
    expect(await chat.as(ada).user.me({})).toMatchObject({ name: 'Ada II' });
    expect((await served.connect({ id: ada, name: 'Ada' })).events('ready')).toHaveLength(1);
  });

  test('neither erasing nor exporting is part of a transaction', async () => {
    const { chat, served } = await open();
    await using _ = served;
    const { id: userId } = person('ada');
    await chat.transaction(async ({ chat: inside }) => {
      await expect(inside.system.user.erase({ userId })).rejects.toMatchObject({ code: 'VALIDATION' });
      const records = inside.system.user.export({ userId })[Symbol.asyncIterator]();
      await expect(records.next()).rejects.toMatchObject({ code: 'VALIDATION' });
    });
    await expect(chat.system.user.erase({ userId: '' })).rejects.toMatchObject({ code: 'VALIDATION' });
  });
});
