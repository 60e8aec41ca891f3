import { afterAll, beforeAll } from 'vitest';
import { createChat } from '../../../server/create-chat.js';
import { linkPreviews } from '../../../server/plugins/link-previews/index.js';
import type { FetchPage, LinkPreviewOptions, PageFacts } from '../../../server/plugins/link-previews/index.js';
import type { LinkPreviewModels } from '../../../server/store/plugin-models.js';
import { testChat } from '../../../server/testing/chat/test-chat.js';
import type { TestPlace } from '../databases.js';
import { peeking, someone } from '../suite.js';

/** The pages of a test's web: what a path says, and which links were fetched. */
export function createPages() {
  const pages = new Map<string, () => Promise<PageFacts | null>>();
  const fetched: string[] = [];
  const fetch: FetchPage = (url) => {
    fetched.push(url.href);
    return (pages.get(url.href) ?? (() => Promise.resolve({ title: `Page ${url.pathname}` })))();
  };
  return {
    fetch,
    fetched,
    /** What a link leads to, instead of a page that says its path. */
    put: (link: string, page: () => Promise<PageFacts | null>) => void pages.set(link, page),
  };
}

export type Pages = ReturnType<typeof createPages>;

async function start(place: TestPlace, options: LinkPreviewOptions, pages: Pages) {
  const { plugin, look, change } = peeking<LinkPreviewModels>();
  const t = await testChat(
    (base) => createChat({ ...base, plugins: [plugin, linkPreviews({ fetch: pages.fetch, ...options })] }),
    { ...place, waitMs: 20_000 },
  );
  const people = async () => {
    const ada = await t.client(someone('ada'));
    const bob = await t.client(someone('bob'));
    const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea', members: [bob.userId] });
    await bob.next('room.created', (event) => event.roomId === roomId);
    return {
      ada,
      bob,
      roomId,
      say: async (content: string, more: { readonly custom?: { readonly linkPreviews: boolean } } = {}) =>
        (await ada.api.chat.message.send.mutate({ roomId, content, ...more })).id,
    };
  };
  return { t, look, change, people };
}

export type Started = Awaited<ReturnType<typeof start>>;

/** One chat for the tests of a block, and a web of its own. */
export function previewSuite(place: TestPlace, options: LinkPreviewOptions = {}) {
  const pages = createPages();
  let started: Started | undefined;
  beforeAll(async () => {
    started = await start(place, options, pages);
  });
  afterAll(() => started?.t.close());
  return {
    pages,
    get chat() {
      if (started === undefined) throw new Error('the chat is there from the first test on');
      return started;
    },
  };
}

export const shown = (url: string, title = `Page ${new URL(url).pathname}`) => ({
  ...{ url, title, description: null },
  ...{ image: null, siteName: null },
});
