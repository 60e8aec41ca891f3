import { procedurePermissions, rule } from '@confab/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chatErrorOf } from '../../server/router/error-shape.js';
import { onSqlite } from '../support/databases.js';
import { calls } from './calls.js';
import type { Call } from './calls.js';
import { actors, actorsIn, createMatrixChat, createWorld, roomKinds, situationOf } from './world.js';
import type { Actor, MatrixChat, RoomName, World } from './world.js';

const roomNames = Object.keys(roomKinds) as readonly RoomName[];

/** What the table says of a call; short, as it fills pages. */
function expected(
  { actions, isSender = false, isHidden, expected: special }: Call,
  room: RoomName,
  actor: Actor,
): string {
  if (actor === 'anonymous') return 'UNAUTHENTICATED';
  const given = special?.(actor, room);
  if (given !== undefined || actions === undefined) return given ?? 'allowed';
  const verdicts = actions.map((action) => rule(action, situationOf(room, actor, isSender)));
  const told = isHidden === true ? (['allowed'] as const) : (['allowed', 'PERMISSION_DENIED'] as const);
  return told.find((verdict) => verdicts.includes(verdict)) ?? 'NOT_FOUND';
}

const signs: Readonly<Record<string, string>> = {
  allowed: '✓',
  PERMISSION_DENIED: 'denied',
  NOT_FOUND: 'not found',
  UNAUTHENTICATED: 'who?',
  '': '',
};

/** The whole matrix as a page: what a change of the table changes is seen in its difference. */
function page(): string {
  const tables = roomNames.map((room) => {
    const head = `| procedure | ${actors.join(' | ')} |\n|${' --- |'.repeat(actors.length + 1)}`;
    const lines = Object.entries(calls).flatMap(([name, variants]) =>
      variants.map((call) => {
        const cells = actors.map((actor) => (actorsIn(room).includes(actor) ? expected(call, room, actor) : ''));
        const object = call.object === undefined ? '' : ` (${call.object})`;
        return `| ${name}${object} | ${cells.map((cell) => signs[cell] ?? cell).join(' | ')} |`;
      }),
    );
    return `## ${room}\n\n${head}\n${lines.join('\n')}\n`;
  });
  return `# Who may do what\n\nMade from the permission table; every cell is tried. \`npx vitest run test/matrix -u\` writes it anew.\n\n${tables.join('\n')}`;
}

test('every procedure is in the matrix', () => {
  expect(Object.keys(calls).toSorted()).toEqual(Object.keys(procedurePermissions).toSorted());
});

test('the matrix is as it was last agreed on', async () => {
  await expect(page()).toMatchFileSnapshot('matrix.md');
});

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
