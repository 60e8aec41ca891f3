import { expect, it } from 'vitest';
import type { Message } from '@confab/client';
import { onEachDatabase } from '../support/suite.js';
import { group, guests, say, texts, until } from './store-set-up.js';
import type { Member } from './store-set-up.js';

async function reply(member: Member, root: Message | undefined, ...contents: string[]): Promise<Message[]> {
  const { roomId = '', id: threadId = '' } = root ?? {};
  const said: Message[] = [];
  for (const content of contents) {
    said.push(await member.client.api.chat.message.send.mutate({ roomId, threadId, content }));
  }
  return said;
}

onEachDatabase('the threads in the store of a client', (suite) => {
  const join = guests(suite);

  /** A thread that Bo looks at, in a room with Ada. */
  async function scene(...before: string[]) {
    const [ada, bo] = [await join('ada'), await join('bo')];
    const roomId = await group(ada, bo);
    const [root] = await say(ada, roomId, 'Tea?');
    await reply(ada, root, ...before);
    const threadId = root?.id ?? '';
    const close = bo.store.openThread(roomId, threadId);
    const thread = () => bo.store.thread(roomId, threadId);
    const said = () => thread().messages.map(({ content }) => content);
    await until(() => thread().status === 'ready', 'the thread', bo.store);
    return { ada, bo, roomId, root, threadId, thread, said, close };
  }

  it('show what was said, and what is said from then on', async () => {
    const { ada, bo, roomId, root, thread, said } = await scene('one', 'two');
    expect(thread()).toMatchObject({ isLoading: false, hasOlder: false, error: null });
    expect(thread().root).toMatchObject({ content: 'Tea?', threadCount: 2 });
    expect(said()).toEqual(['one', 'two']);
    await reply(ada, root, 'three');
    await until(() => said().length === 3, 'the third', bo.store);
    expect(thread().root?.threadCount).toBe(3);
    expect(texts(bo.store, roomId)).toEqual(['Tea?']);
    expect(bo.store.messages(roomId).messages[0]?.threadCount).toBe(3);
    expect(bo.store.unread(roomId).unread).toBe(1);
  });

  it('follow what becomes of it, and keep every object that did not change', async () => {
    const { ada, bo, root, thread, said } = await scene('one', 'two', 'three');
    const [one, two, three] = thread().messages;
    const { edit, react, delete: remove } = ada.client.api.chat.message;
    await edit.mutate({ messageId: one?.id ?? '', content: 'uno' });
    await react.mutate({ messageId: two?.id ?? '', emoji: '👍' });
    await remove.mutate({ messageIds: [three?.id ?? ''] });
    await until(() => said()[2] === null, 'the deletion', bo.store);
    expect(said()).toEqual(['uno', 'two', null]);
    expect(thread().messages[1]?.reactions).toEqual([{ emoji: '👍', count: 1, mine: false }]);
    expect(thread().root?.threadCount).toBe(2);
    const before = thread();
    await reply(ada, root, 'four');
    await until(() => said().length === 4, 'the fourth', bo.store);
    expect(
      thread()
        .messages.slice(0, 3)
        .map((item, at) => item === before.messages[at]),
    ).toEqual([true, true, true]);
    expect(thread()).toBe(thread());
  });

  it('show what is on its way in the thread, not in the room', async () => {
    const { bo, roomId, threadId, thread, said } = await scene();
    bo.store.send(roomId, { content: 'mine', threadId });
    expect(thread().outgoing).toMatchObject([{ content: 'mine', status: 'sending' }]);
    expect(bo.store.messages(roomId).outgoing).toEqual([]);
    await until(() => said().length === 1 && thread().outgoing.length === 0, 'the message', bo.store);
    expect(said()).toEqual(['mine']);
    expect(texts(bo.store, roomId)).toEqual(['Tea?']);
  });

  it('show what one says at every moment once, also when the answer to it was lost', async () => {
    const { ada, bo, roomId, threadId, thread } = await scene('one');
    const seen = new Set<number>();
    const look = (): void => {
      const { messages, outgoing } = thread();
      seen.add([...messages, ...outgoing].filter(({ content }) => content === 'mine').length);
    };
    bo.network.deafen();
    bo.store.send(roomId, { content: 'mine', threadId });
    look();
    bo.store.subscribe(look);
    ada.store.openThread(roomId, threadId);
    await until(() => ada.store.thread(roomId, threadId).messages.length === 2, 'it on the other side', ada.store);
    bo.network.cut();
    bo.network.restore();
    await until(() => thread().messages.length === 2 && thread().outgoing.length === 0, 'it', bo.store);
    expect([...seen]).toEqual([1]);
    expect(thread().root?.threadCount).toBe(2);
  });

  it('mark what was read, which the room’s own mark is not', async () => {
    const { ada, bo, roomId, root, threadId } = await scene();
    await reply(bo, root, 'mine');
    await reply(ada, root, 'yours', 'too');
    const listed = async () => (await bo.client.api.chat.thread.list.query({})).items[0];
    expect(await listed()).toMatchObject({ id: threadId, unread: 2 });
    await until(() => bo.store.thread(roomId, threadId).messages.length === 3, 'the messages', bo.store);
    bo.store.markThreadRead(threadId);
    await until(async () => (await listed())?.unread === 0, 'nothing unread', bo.store);
    expect(bo.store.unread(roomId).unread).toBe(1);
  });

  it('come back whole after an outage', async () => {
    const { ada, bo, root, thread, said } = await scene('one');
    bo.network.cut();
    const [lost] = await reply(ada, root, 'two', 'three');
    await ada.client.api.chat.message.delete.mutate({ messageIds: [lost?.id ?? ''] });
    bo.network.restore();
    await until(() => said().length === 3, 'what was missed', bo.store);
    expect(said()).toEqual(['one', null, 'three']);
    await until(() => thread().root?.threadCount === 2, 'the count', bo.store);
  });

  it('are absent where there is none to be seen, and once one was removed', async () => {
    const { ada, bo, roomId, thread } = await scene('one');
    const other = await group(ada);
    const [secret] = await say(ada, other, 'secret');
    for (const threadId of [secret?.id ?? '', 'nonsense']) {
      bo.store.openThread(roomId, threadId);
      await until(() => bo.store.thread(roomId, threadId).status === 'absent', 'the answer', bo.store);
    }
    const { removeMembers, addMembers } = ada.client.api.chat.room;
    await removeMembers.mutate({ roomId, userIds: [bo.id] });
    await until(() => thread().status === 'absent', 'the removal', bo.store);
    expect(thread()).toMatchObject({ root: null, messages: [] });
    await addMembers.mutate({ roomId, userIds: [bo.id] });
    await until(() => thread().messages.length === 1, 'the thread again', bo.store);
  });

  it('are let go of when nobody looks any more', async () => {
    const { bo, threadId, thread, close } = await scene('one');
    const second = bo.store.openThread(thread().root?.roomId ?? '', threadId);
    close();
    close();
    await Promise.resolve();
    expect(thread().messages).toHaveLength(1);
    second();
    await Promise.resolve();
    expect(thread()).toMatchObject({ status: 'loading', messages: [] });
  });
});

onEachDatabase(
  'the threads in the store of a client, where pages are small,',
  (suite) => {
    const join = guests(suite);

    it('are read page by page, and as far as before when they are read anew', async () => {
      const [ada, bo] = [await join('ada'), await join('bo')];
      const roomId = await group(ada, bo);
      const [root] = await say(ada, roomId, 'Count!');
      await reply(ada, root, ...Array.from({ length: 8 }, (_, index) => `${index}`));
      const threadId = root?.id ?? '';
      bo.store.openThread(roomId, threadId);
      const said = () => bo.store.thread(roomId, threadId).messages.map(({ content }) => content);
      await until(() => said().length === 3, 'the first page', bo.store);
      expect(said()).toEqual(['5', '6', '7']);
      expect(bo.store.thread(roomId, threadId)).toMatchObject({ hasOlder: true, root: { content: 'Count!' } });
      bo.store.loadOlderInThread(threadId);
      await until(() => said().length === 6, 'the second page', bo.store);
      bo.store.loadOlderInThread(threadId);
      await until(() => !bo.store.thread(roomId, threadId).hasOlder, 'the last page', bo.store);
      expect(said()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    });
  },
  { settings: { limits: { page: 3 } } },
);
