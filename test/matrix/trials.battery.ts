import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chatErrorOf } from '../../server/trpc/error-shape.js';
import { onSqlite } from '../support/databases.js';
import { calls } from './calls.js';
import type { Call } from './calls.js';
import { expected, roomNames } from './verdict.js';
import { actorsIn, createMatrixChat, createWorld } from './world.js';
import type { Actor, MatrixChat, World } from './world.js';

onSqlite((database) => {
  let chat: MatrixChat;

  beforeAll(async () => {
    chat = createMatrixChat(await database.store());
    await chat.ready;
  });
  afterAll(() => chat.close());

  describe.each(roomNames)('in a %s', (room) => {
    test.each(actorsIn(room))('%s may do what the matrix says', async (actor) => {
      const world = await createWorld(chat, room);
      const cells = Object.entries(calls).flatMap(([name, variants]) =>
        variants.map((call) => ({ name: `${name} ${call.object ?? ''}`, call })),
      );
      const came: Record<string, string> = {};
      const should: Record<string, string> = {};
      for (const { name, call } of cells) {
        should[name] = expected(call, room, actor);
        came[name] = await outcome(world, call, actor);
      }
      expect(came).toEqual(should);
    });
  });
});

class Undo extends Error {}

/** Tries a call, and leaves the world as it was. */
async function outcome(world: World, { work }: Call, actor: Actor): Promise<string> {
  const { chat } = world;
  if (actor === 'anonymous')
    return codeOf(work(chat.router.createCaller({}) as ReturnType<MatrixChat['as']>, world, actor));
  let code = '';
  await chat
    .transaction(async ({ chat: within }) => {
      code = await codeOf(work(within.as(actor), world, actor));
      throw new Undo();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
  return code;
}

function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'allowed',
    (error: unknown) => chatErrorOf(error)?.code ?? String(error),
  );
}
