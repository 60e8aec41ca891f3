import { ChatConfigError, createChat } from '@confab/server';
import type { UploadRequest } from '@confab/server';
import { ChatError } from '@confab/shared';
import { expect, test } from 'vitest';
import { cleanFileName } from '../../server/operations/uploads/file-name.js';
import { expectRefusal } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { makeRoom } from '../support/suite.js';
import { serveChat, viewer } from './served-chat.js';
import type { HostContext } from './served-chat.js';

const signs = ({ api }: Connection) =>
  (api as unknown as { upload: { sign: { mutate(input: object): Promise<unknown> } } }).upload.sign;

const file = { name: 'cat.png', mime: 'image/png', size: 1_000 };

eachDatabase((database) => {
  test('a client is given what the host signs, for what was asked and by whom', async () => {
    const asked: (UploadRequest & { readonly by: string })[] = [];
    const chat = createChat({
      store: await database.store(),
      viewer: (ctx: HostContext) => viewer(ctx),
      uploads: {
        async sign(request, ctx) {
          asked.push({ ...request, by: ctx.user.id });
          await Promise.resolve();
          const expiresAt = new Date('2030-01-01');
          return { method: 'PUT' as const, url: `https://files.example/${request.name}`, expiresAt };
        },
      },
    });
    await using served = await serveChat(chat);
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    expect(await signs(ann).mutate({ ...file, roomId, name: '../../etc/cat.png' })).toEqual({
      ...{ method: 'PUT', url: 'https://files.example/cat.png', expiresAt: new Date('2030-01-01') },
    });
    await signs(ann).mutate({ ...file, mime: 'application/pdf', type: 'file' });
    await chat.as('bob').upload.sign({ ...file, mime: 'audio/ogg' });
    expect(asked).toEqual([
      { ...file, roomId, type: 'image', by: ann.id },
      { ...file, roomId: null, mime: 'application/pdf', type: 'file', by: ann.id },
      { ...file, roomId: null, mime: 'audio/ogg', type: 'audio', by: 'bob' },
    ]);
    const { method } = await chat.system.upload.sign({ ...file, roomId });
    expect(method satisfies 'PUT').toBe('PUT');
  });

  test('the host is asked nothing that may not be attached, or by somebody who may not send there', async () => {
    const asked: string[] = [];
    const chat = createChat({
      store: await database.store(),
      viewer: (ctx: HostContext) => viewer(ctx),
      settings: { limits: { uploadBytes: 1_000 } },
      uploads: {
        sign({ name }) {
          asked.push(name);
          return { url: 'https://files.example/1' };
        },
      },
    });
    await using served = await serveChat(chat);
    const [ann, bob, eve] = await served.users('ann', 'bob', 'eve');
    const { id: roomId } = await makeRoom('group', ann, [bob]);
    await ann.api.room.update.mutate({ roomId, locked: true });
    await expectRefusal(signs(bob).mutate({ ...file, roomId }), 'PERMISSION_DENIED');
    await expectRefusal(signs(eve).mutate({ ...file, roomId }), 'NOT_FOUND');
    await expectRefusal(signs(ann).mutate({ ...file, size: 1_001 }), 'TOO_LARGE');
    const wrong = [
      ...[{ mime: 'text/html' }, { mime: 'IMAGE/PNG' }, { size: 0 }, { size: 1.5 }, { size: '9' }, { size: undefined }],
      ...[{ name: '' }, { name: 'a\u0000b' }, { name: 'x'.repeat(2_000) }, { type: 'script' }, { roomId: 'x' }],
      { bucket: 'mine' },
    ];
    for (const change of wrong) await expectRefusal(signs(ann).mutate({ ...file, ...change }), 'VALIDATION');
    expect(asked).toEqual([]);
    await signs(ann).mutate({ ...file, roomId });
    expect(asked).toEqual(['cat.png']);
  });

  test('an error of the chat’s that the host throws reaches the client, whatever else goes wrong is INTERNAL', async () => {
    const reported: string[] = [];
    let outcome: () => unknown = () => undefined;
    const chat = createChat({
      store: await database.store(),
      viewer: (ctx: HostContext) => viewer(ctx),
      errors: { onError: (error) => reported.push((error as Error).message) },
      uploads: { sign: () => outcome() as { url: string } },
    });
    await using served = await serveChat(chat);
    const [ann] = await served.users('ann');
    outcome = () => {
      throw new ChatError('RATE_LIMITED', 'Ten a day.');
    };
    await expectRefusal(signs(ann).mutate(file), 'RATE_LIMITED');
    const broken: (() => unknown)[] = [
      () => {
        throw new Error('no storage');
      },
      () => Promise.reject(new Error('no storage')),
      ...[
        undefined,
        null,
        'https://files.example/1',
        {},
        { url: 7 },
        { url: '/1' },
        { url: 'javascript:alert(1)' },
      ].map((answer) => () => answer),
      () => new URL('https://files.example/1'),
      () => new Map([['url', 'https://files.example/1']]),
    ];
    for (outcome of broken) await expectRefusal(signs(ann).mutate(file), 'INTERNAL');
    expect(reported).toHaveLength(broken.length);
    outcome = () => ({ url: 'http://files.example/1' });
    expect(await signs(ann).mutate(file)).toEqual({ url: 'http://files.example/1' });
  });

  test('without it there is no such procedure, nor in the types', async () => {
    const store = await database.store();
    const chat = createChat({ store, viewer: (ctx: HostContext) => viewer(ctx) });
    // @ts-expect-error -- the host signs no uploads
    const call = (): Promise<unknown> => chat.system.upload.sign(file) as Promise<unknown>;
    await expect(call()).rejects.toThrow('No procedure found');
    await using served = await serveChat(chat);
    const [ann] = await served.users('ann');
    await expectRefusal(signs(ann).mutate(file), 'NOT_FOUND');
  });

  test('hooks go around it as around any operation', async () => {
    const heard: unknown[] = [];
    const chat = createChat({
      store: await database.store(),
      viewer: (ctx: HostContext) => viewer(ctx),
      uploads: { sign: ({ name }) => ({ url: `https://files.example/${name}` }) },
      on: {
        'upload.sign': {
          before: ({ input }) => ({ ...input, name: `new-${input.name}` }),
          afterCommit: ({ result }) => void heard.push(result.url),
        },
      },
    });
    await using served = await serveChat(chat);
    const [ann] = await served.users('ann');
    expect(await signs(ann).mutate(file)).toEqual({ url: 'https://files.example/new-cat.png' });
    await expect.poll(() => heard).toEqual(['https://files.example/new-cat.png']);
  });
});

test('an option that can’t be used is refused by its name', () => {
  const withUploads = (uploads: unknown) => () =>
    createChat({ store: {} as never, viewer: () => null, uploads: uploads as never });
  expect(withUploads({ sign: 'here' })).toThrow(ChatConfigError);
  expect(withUploads({ sing: () => null })).toThrow(ChatConfigError);
});

test('a file’s name is one that may be part of a path', () => {
  const rows = [
    ['cat.png', 'cat.png'],
    ['Über uns (2).PDF', 'Über uns (2).PDF'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\ada\\cat.png', 'cat.png'],
    ['.htaccess', 'htaccess'],
    ['..', 'file'],
    ['/', 'file'],
    [' \u200B ', 'file'],
    ['photo\u202Egpj.exe', 'photogpj.exe'],
    ['a\tb\nc.txt', 'abc.txt'],
    ['a<b>:"c|d?e*.txt', 'a_b___c_d_e_.txt'],
    ['cat.png. ', 'cat.png'],
    [`${'x'.repeat(300)}.jpeg`, `${'x'.repeat(195)}.jpeg`],
    ['😀'.repeat(300), '😀'.repeat(200)],
  ] as const;
  for (const [given, clean] of rows) expect(cleanFileName(given), given).toBe(clean);
});
