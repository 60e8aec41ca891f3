import { expect, test } from 'vitest';
import { clientId, expectRefusal } from '../support/client.js';
import { makeRoom, onEachDatabase } from '../support/suite.js';

onEachDatabase('the directory of public channels', (suite) => {
  test('strangers find public channels, not groups and not private ones', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const word = clientId();
    const open = await makeRoom('channel', ada, [], { visibility: 'public', name: `Open ${word}` });
    await makeRoom('channel', ada, [], { name: `Private ${word}` });
    await makeRoom('group', ada, [], { visibility: 'public', name: `Group ${word}` });
    const gone = await makeRoom('channel', ada, [], { visibility: 'public', name: `Gone ${word}` });
    await ada.api.room.delete.mutate({ roomId: gone.id });
    const { items } = await eve.api.room.discover.query({ query: word });
    expect(items).toMatchObject([{ id: open.id, me: null, memberCount: 1 }]);
    expect((await ada.api.room.discover.query({ query: word })).items).toMatchObject([
      { id: open.id, me: { userId: ada.id, role: 'owner' } },
    ]);
  });

  test('the search is literal text, whatever its case or script', async () => {
    const [ada] = await suite.users('ada');
    const word = clientId();
    const fields = { visibility: 'public' } as const;
    const percent = await makeRoom('channel', ada, [], { ...fields, name: `100% ${word}` });
    const under = await makeRoom('channel', ada, [], { ...fields, name: `a_b ${word}` });
    const slash = await makeRoom('channel', ada, [], { ...fields, name: `c\\d ${word}` });
    const greek = await makeRoom('channel', ada, [], { ...fields, name: `ΌΣΑ ${word}` });
    const found = async (query: string) =>
      (await ada.api.room.discover.query({ query: `${query} ${word}` })).items.map(({ id }) => id);
    expect(await found('%')).toEqual([percent.id]);
    expect(await found('A_B')).toEqual([under.id]);
    expect(await found('aXb')).toEqual([]);
    expect(await found('c\\d')).toEqual([slash.id]);
    expect(await found('όσα')).toEqual([greek.id]);
    for (const query of ['x'.repeat(201), 'a\u0000', 'a\u0007', '\ud800']) {
      await expectRefusal(ada.api.room.discover.query({ query }), 'VALIDATION');
    }
  });

  test('a channel is found by its new name, and no longer once it is private', async () => {
    const [ada] = await suite.users('ada');
    const [before, after] = [clientId(), clientId()];
    const { id: roomId } = await makeRoom('channel', ada, [], { visibility: 'public', name: before });
    const count = async (query: string) => (await ada.api.room.discover.query({ query })).items.length;
    await ada.api.room.update.mutate({ roomId, name: after });
    expect([await count(before), await count(after)]).toEqual([0, 1]);
    await ada.api.room.update.mutate({ roomId, visibility: 'private' });
    expect(await count(after)).toBe(0);
    await ada.api.room.update.mutate({ roomId, visibility: 'public' });
    expect(await count(after)).toBe(1);
  });

  test('those with the most members come first, in pages', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const word = clientId();
    const fields = { visibility: 'public', name: word } as const;
    const one = await makeRoom('channel', ada, [], fields);
    const three = await makeRoom('channel', ada, [bob, cyd], fields);
    const two = await makeRoom('channel', ada, [bob], fields);
    const first = await bob.api.room.discover.query({ query: word, limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual([three.id, two.id]);
    const second = await bob.api.room.discover.query({ query: word, limit: 2, cursor: first.nextCursor ?? '' });
    expect(second).toMatchObject({ items: [{ id: one.id }], nextCursor: null });
  });
});
