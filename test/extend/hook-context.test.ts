import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, test } from 'vitest';
import { createChat } from '../../server/create-chat.js';
import { eachDatabase } from '../support/databases.js';

eachDatabase((database) => {
  test('a hook runs in the asynchronous context of its own call, also when many wait for the database at once', async () => {
    const request = new AsyncLocalStorage<string>();
    const seen: (readonly [where: string, name: string | null | undefined, request: string | undefined])[] = [];
    await using chat = createChat({
      store: await database.store(),
      viewer: () => null,
      on: {
        'room.create': {
          inTransaction: true,
          before({ input }) {
            seen.push(['before', input.name, request.getStore()]);
            return input;
          },
          afterCommit: ({ result }) => void seen.push(['after', result.name, request.getStore()]),
        },
      },
    });
    await chat.ready;
    const names = ['one', 'two', 'three', 'four'];
    await Promise.all(
      names.map((name) => request.run(name, () => chat.as('ada').room.create({ kind: 'group', name }))),
    );
    await chat.close();
    const expected = names.flatMap((name) => [
      ['after', name, name],
      ['before', name, name],
    ]);
    expect(seen.toSorted()).toEqual(expected.toSorted());
  });
});
