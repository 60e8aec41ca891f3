import { beforeAll, expect, test } from 'vitest';
import { roomOperations as room } from '../../../server/operations/rooms/index.js';
import { eachDatabase } from '../../support/databases.js';
import { createNode } from './node.js';
import type { Node } from './node.js';

eachDatabase((database) => {
  let node: Node;
  beforeAll(async () => {
    node = await createNode(database);
  });
  const updates = (userId: string) =>
    node.announced.filter(({ event }) => event.type === 'user.updated' && event.data.user.id === userId);

  test('what a viewer is called is cleaned, kept, and seen in answers', async () => {
    const noted = await node.kernel.directory.note({
      id: 'ann',
      name: '  Ann\u202e\n Lee ',
      image: 'javascript:alert(1)',
    });
    expect(noted).toEqual({ id: 'ann', name: 'Ann Lee', image: null });
    const made = await node.group(['ann']);
    expect(made.me?.user).toEqual(noted);
    expect(await node.kernel.directory.profile('ann')).toEqual(noted);
    expect(await node.kernel.directory.profile('nobody')).toEqual({ id: 'nobody', name: null, image: null });
  });

  test('a change is told once to those who share a room, and to nobody else', async () => {
    const { directory } = node.kernel;
    await directory.note({ id: 'bob', name: 'Bob' });
    expect(updates('bob')).toEqual([]);
    await node.group(['bob', 'cyd']);
    const left = await node.group(['bob', 'dan']);
    await node.call(room.leave, 'dan', { roomId: left.id });
    node.clock.advance(10_000);
    await Promise.all(
      [1, 2, 3].map(() => directory.note({ id: 'bob', name: 'Robert', image: 'https://example.org/b.png' })),
    );
    expect(updates('bob')).toHaveLength(1);
    const [told] = updates('bob');
    const { to, event } = told ?? {};
    expect(to && 'userIds' in to ? [...to.userIds].sort() : to).toEqual(['bob', 'cyd']);
    expect(event?.data).toEqual({ user: { id: 'bob', name: 'Robert', image: 'https://example.org/b.png' } });
    await directory.note({ id: 'bob', name: 'Robert' });
    expect(updates('bob')).toHaveLength(1);
  });

  test('whoever corrects their name right after it was first heard is told of at once', async () => {
    const { directory } = node.kernel;
    await directory.note({ id: 'val', name: 'Vall' });
    await node.group(['val', 'wim']);
    await directory.note({ id: 'val', name: 'Val' });
    expect(updates('val')).toMatchObject([{ event: { data: { user: { name: 'Val' } } } }]);
  });

  test('two devices that disagree about a name do not make it flicker', async () => {
    const { directory } = node.kernel;
    await node.group(['fay', 'gus']);
    await directory.note({ id: 'fay', name: 'Fay' });
    for (let round = 0; round < 10; round += 1)
      await directory.note({ id: 'fay', name: round % 2 === 0 ? 'F.' : 'Fay' });
    // The first name, and one change of it.
    expect(updates('fay').length).toBeLessThanOrEqual(2);
    node.clock.advance(6_000);
    expect(await directory.note({ id: 'fay', name: 'Fay B.' })).toMatchObject({ name: 'Fay B.' });
  });

  test('a viewer that does not name itself keeps its name, or gets the one the host has', async () => {
    await node.kernel.directory.note({ id: 'hal', name: 'Hal' });
    expect(await node.kernel.directory.note({ id: 'hal' })).toMatchObject({ name: 'Hal' });
    const loading = await createNode(database, { load: (ids) => ids.map((id) => ({ id, name: `The ${id}` })) });
    expect(await loading.kernel.directory.note({ id: 'ida' })).toMatchObject({ name: 'The ida' });
    expect(await loading.kernel.directory.note({ id: 'jim', name: 'Jim' })).toMatchObject({ name: 'Jim' });
    await loading.kernel.directory.known(['jim', 'ida']);
    expect(await loading.kernel.directory.profile('jim')).toMatchObject({ name: 'Jim' });
    const silent = await createNode(database, { load: () => Promise.reject(new Error('away')) });
    expect(await silent.kernel.directory.note({ id: 'kim' })).toMatchObject({ name: null });
  });

  test('users the host adds beyond those asked for are not noted', async () => {
    const generous = await createNode(database, {
      load: () => [
        { id: 'asked', name: 'A' },
        { id: 'extra', name: 'X' },
      ],
    });
    expect(await generous.kernel.directory.known(['asked', 'missing'])).toEqual(new Set(['asked']));
    expect(await generous.kernel.directory.profile('extra')).toMatchObject({ name: null });
  });

  test('rooms created inside a host transaction do not wait for names to be kept', async () => {
    const loading = await createNode(database, { load: (ids) => ids.map((id) => ({ id, name: `The ${id}` })) });
    const { store } = loading.kernel;
    const made = await store.transaction(({ store: within }) =>
      loading.call(room.create, 'lou', { kind: 'group', name: 'Within', members: ['moe'] }, within),
    );
    expect(made.memberCount).toBe(2);
  });
});
