import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import type { LooseHook } from '../../server/extend/hooks/loose-hooks.js';
import { createChat } from '../../server/create-chat.js';
import type { PrismaStoreOptions } from '../../server/store/prisma-store.js';
import { testChat } from '../../server/testing/chat/test-chat.js';
import { isPostgresThere } from '../support/server.js';

const postgres = process.env['CONFAB_TEST_POSTGRES'] ?? 'postgresql://postgres@127.0.0.1:5432';
const isTherePostgres = await isPostgresThere();

/** Where a chat of a test keeps its rows. */
export interface Place {
  readonly postgresql?: string;
}

export interface StageOptions {
  readonly override?: PrismaStoreOptions['override'];
  /** Around `message.send`. */
  readonly onSend?: LooseHook;
}

/** A chat whose clock can be moved, and people. */
export async function openStage(place: Place, { override, onSend }: StageOptions = {}) {
  const t = await testChat(
    (base) =>
      createChat({
        ...base,
        settings: { limits: { sends: false, mutations: false } },
        ...(onSend === undefined ? {} : { on: { 'message.send': onSend } as object }),
      }),
    { ...place, waitMs: 20_000, ...(override === undefined ? {} : { override }) },
  );

  async function people<const Names extends readonly string[]>(...names: Names) {
    const all = await Promise.all(names.map((name) => t.client(`${name}-${randomBytes(4).toString('hex')}`)));
    return all as { [Index in keyof Names]: Awaited<ReturnType<typeof t.client>> };
  }

  /** When it will be so many milliseconds from now. */
  const within = (ms: number): Date => new Date(t.clock.now().getTime() + ms);

  return { t, people, within };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;
export type Client = Awaited<ReturnType<Stage['t']['client']>>;

/** Describes what holds on every database; `stage()` is one chat for all of its tests. */
export function onEachPlace(name: string, body: (stage: () => Stage, place: Place) => void): void {
  const run = (place: Place): void => {
    let opened: Stage | undefined;
    beforeAll(async () => {
      opened = await openStage(place);
    });
    afterAll(() => opened?.t.close());
    body(() => {
      if (opened === undefined) throw new Error('the chat is there from the first test on');
      return opened;
    }, place);
  };
  describe(`${name} (sqlite)`, () => run({}));
  describe.skipIf(!isTherePostgres)(`${name} (postgresql)`, () => run({ postgresql: `${postgres}/test` }));
}
