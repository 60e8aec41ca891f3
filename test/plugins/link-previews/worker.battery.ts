import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createChat } from '../../../server/create-chat.js';
import { linkPreviews } from '../../../server/plugins/link-previews/index.js';
import type { FetchPage, LinkPreviewOptions } from '../../../server/plugins/link-previews/index.js';
import type { LinkPreviewModels } from '../../../server/store/plugin-models.js';
import { testChat } from '../../../server/testing/chat/test-chat.js';
import { onEachDatabase } from '../databases.js';
import type { TestPlace } from '../databases.js';
import { deferred, peeking, someone } from '../suite.js';
import { previewSuite, shown } from './setup.js';
import { startWeb } from './web.js';
import type { Web } from './web.js';

/** Longer than a claim holds, and the look after it. */
const lapseMs = 36_000;

/** Until every node has looked again. */
const lookMs = 6_000;

/** A chat whose nodes each fetch in their own way: the first by the first of `fetches`, and so on. */
async function startNodes(place: TestPlace, fetches: readonly FetchPage[], options: LinkPreviewOptions = {}) {
  const peek = peeking<LinkPreviewModels>();
  let nodes = 0;
  const t = await testChat(
    (base) => {
      const fetch = fetches[nodes] ?? (() => Promise.resolve(null));
      nodes += 1;
      return createChat({
        ...base,
        plugins: [linkPreviews({ fetch, ...options }), ...(nodes === 1 ? [peek.plugin] : [])],
      });
    },
    { ...place, waitMs: 20_000 },
  );
  const ada = await t.client('ada');
  const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea' });
  /** As if all claims had been made long ago. */
  const lapse = () => peek.change((models) => models.chatLinkPreviewTask.updateMany({ data: { dueAt: new Date(0) } }));
  return { t, peek, ada, roomId, lapse };
}

onEachDatabase((place) => {
  it('what a node leaves behind is taken up by another, and what it finds later is dropped', async () => {
    const stuck = deferred<{ title: string }>();
    const { t, ada, roomId, peek, lapse } = await startNodes(place, [
      () => stuck.promise,
      () => Promise.resolve({ title: 'B' }),
    ]);
    await using _t = t;
    await t.node();
    const { id: messageId } = await ada.api.chat.message.send.mutate({ roomId, content: 'https://left.test/' });
    await lapse();
    await t.clock.advance(lookMs);
    const { data } = await ada.next('linkPreviews.updated');
    expect(data).toEqual({ messageId, previews: [shown('https://left.test/', 'B')] });
    stuck.resolve({ title: 'A' });
    await t.clock.advance(lookMs);
    await t.settled();
    expect(ada.events.filter(({ type }) => type === 'linkPreviews.updated')).toHaveLength(1);
    expect(await peek.look((models) => models.chatLinkPreviewTask.count())).toBe(0);
  });

  it('a message whose node died with it is looked into when a node is there again', async () => {
    const silent = () => new Promise<never>(() => undefined);
    const { t, ada, roomId } = await startNodes(place, [silent, () => Promise.resolve({ title: 'Back' })]);
    await using _t = t;
    await ada.api.chat.message.send.mutate({ roomId, content: 'https://back.test/' });
    await t.restart();
    await t.clock.advance(lapseMs);
    expect((await ada.next('linkPreviews.updated')).data.previews).toEqual([shown('https://back.test/', 'Back')]);
  });

  it('of several nodes that look at the same time, one fetches', async () => {
    const fetched: string[] = [];
    const counting: FetchPage = (url) => {
      fetched.push(url.href);
      return Promise.resolve({ title: 'Once' });
    };
    const { t, ada, roomId, peek } = await startNodes(place, [counting, counting, counting], { cacheMs: 0 });
    await using _t = t;
    await Promise.all([t.node(), t.node()]);
    const links = Array.from({ length: 8 }, (_, index) => `https://many.test/${index}`);
    const messages: string[] = [];
    for (const content of links) messages.push((await ada.api.chat.message.send.mutate({ roomId, content })).id);
    await ada.until((events) => events.filter(({ type }) => type === 'linkPreviews.updated').length === links.length);
    fetched.length = 0;
    // As by a node that died right after it had committed them.
    await peek.change(async ({ chatLinkPreview, chatLinkPreviewTask }) => {
      await chatLinkPreview.deleteMany({});
      const [dueAt, createdAt] = [t.clock.now(), t.clock.now()];
      await chatLinkPreviewTask.createMany({
        data: messages.map((messageId) => ({ messageId, roomId, claim: 'dead', dueAt, attempts: 1, createdAt })),
      });
    });
    await t.clock.advance(lookMs);
    await expect.poll(() => peek.look((models) => models.chatLinkPreviewTask.count()), { timeout: 20_000 }).toBe(0);
    await t.clock.advance(lookMs);
    await t.settled();
    expect(fetched.toSorted()).toEqual(links);
    const told = ada.events.flatMap((event) => (event.type === 'linkPreviews.updated' ? [event.data.messageId] : []));
    expect(told.slice(links.length).toSorted()).toEqual(messages.toSorted());
    expect(await peek.look((models) => models.chatLinkPreview.count())).toBe(links.length);
  });

  it('nobody tries for ever', async () => {
    const { t, ada, roomId, peek } = await startNodes(place, []);
    await using _t = t;
    const { id: messageId } = await ada.api.chat.message.send.mutate({ roomId, content: 'https://bad.test/ later' });
    await expect.poll(() => peek.look((models) => models.chatLinkPreviewTask.count()), { timeout: 20_000 }).toBe(0);
    const old = { messageId, roomId, claim: 'x', dueAt: new Date(0), attempts: 1, createdAt: new Date(0) };
    await peek.change((models) => models.chatLinkPreviewTask.create({ data: old }));
    await t.clock.advance(lookMs);
    await expect.poll(() => peek.look((models) => models.chatLinkPreviewTask.count()), { timeout: 20_000 }).toBe(0);
    await peek.change((models) =>
      models.chatLinkPreviewTask.create({ data: { ...old, attempts: 3, createdAt: t.clock.now() } }),
    );
    await t.clock.advance(lookMs);
    await expect.poll(() => peek.look((models) => models.chatLinkPreviewTask.count()), { timeout: 20_000 }).toBe(0);
  });
});

describe('bounds', () => {
  const suite = previewSuite({}, { concurrency: 2, queue: 3, backlog: 7 });

  it('only so many messages are looked into at once, the next ones wait, and beyond the backlog none is', async () => {
    const { t, people, look } = suite.chat;
    const { bob, say } = await people();
    const gate = deferred<void>();
    const links = Array.from({ length: 8 }, (_, index) => `https://gate.test/${index}`);
    let atOnce = 0;
    let most = 0;
    for (const link of links) {
      suite.pages.put(link, async () => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        await gate.promise;
        atOnce -= 1;
        return { title: link };
      });
    }
    for (const link of links.slice(0, 7)) await say(link);
    expect(await look((models) => models.chatLinkPreviewTask.count())).toBe(7);
    await t.clock.advance(lookMs);
    const unlucky = await say('https://gate.test/7');
    expect(await look((models) => models.chatLinkPreviewTask.count({ where: { messageId: unlucky } }))).toBe(0);
    gate.resolve();
    // Two were fetched, three waited here, and two wait in the database until their claims lapse.
    await bob.until((events) => events.filter(({ type }) => type === 'linkPreviews.updated').length === 5);
    await t.clock.advance(lapseMs);
    await bob.until((events) => events.filter(({ type }) => type === 'linkPreviews.updated').length === 7);
    expect(most).toBe(2);
    // And then there is room again.
    await t.clock.advance(lookMs);
    await expect
      .poll(async () => {
        await say('https://gate.test/7');
        await t.settled();
        return bob.events.filter(({ type }) => type === 'linkPreviews.updated').length > 7;
      })
      .toBe(true);
  });
});

describe('with the fetcher that is used when none is given', () => {
  let web: Web;
  beforeAll(async () => {
    web = await startWeb();
  });
  afterAll(() => web[Symbol.asyncDispose]());

  async function start(fetch: LinkPreviewOptions['fetch']) {
    const t = await testChat((base) => createChat({ ...base, plugins: [linkPreviews(fetch ? { fetch } : {})] }), {
      waitMs: 20_000,
    });
    const ada = await t.client(someone('ada'));
    const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea' });
    return { t, ada, roomId };
  }

  it('a card is made of a real page, cleaned', async () => {
    const { t, ada, roomId } = await start({
      ports: [web.port],
      allowAddress: (address) => address === '127.0.0.1',
      resolve: () => Promise.resolve(['127.0.0.1']),
    });
    await using _t = t;
    web.page(
      '/card',
      `<meta property="og:title" content="Tea\u202E &lt;b&gt; \u0007time"><meta property="og:site_name" content="${'x'.repeat(200)}">
       <meta name="description" content=" Two
       lines "><meta property="og:image" content="javascript:alert(1)">`,
    );
    const url = `http://tea.test:${web.port}/card`;
    await ada.api.chat.message.send.mutate({ roomId, content: url });
    expect((await ada.next('linkPreviews.updated')).data.previews).toEqual([
      { url, title: 'Tea <b> time', description: 'Two lines', image: null, siteName: `${'x'.repeat(79)}…` },
    ]);
  });

  it('this machine is not reached, whoever asks for it', async () => {
    const { t, ada, roomId } = await start(undefined);
    await using _t = t;
    const before = web.requests.length;
    web.page('/card', '<title>Inner</title>');
    const links = ['127.0.0.1', '2130706433', '[::ffff:127.0.0.1]'].map((host) => `http://${host}:${web.port}/card`);
    await ada.api.chat.message.send.mutate({ roomId, content: `${links.join(' ')}` });
    await t.chat.close();
    expect(web.requests).toHaveLength(before);
  });
});
