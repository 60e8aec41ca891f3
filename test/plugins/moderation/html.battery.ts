import { expect, it } from 'vitest';
import { createChat } from '../../../server/create-chat.js';
import { moderation } from '../../../server/plugins/moderation/index.js';
import { testChat } from '../../../server/testing/chat/test-chat.js';
import { expectRefusal, refusalOf } from '../../support/client.js';
import { onEachDatabase } from '../databases.js';
import { someone } from '../suite.js';
import { wordRules } from './setup.js';

onEachDatabase((place) => {
  const noRepeats = { messages: false, repeats: { count: 1, perMs: 60_000 }, mentions: false } as const;

  async function start(flood?: typeof noRepeats) {
    const rules = { ...wordRules, links: { deny: ['evil.example'] }, tell: 'match' } as const;
    const options = { ...rules, ...(flood !== undefined && { flood }) };
    const t = await testChat(
      (base) => createChat({ ...base, settings: { html: true }, plugins: [moderation(options)] }),
      { ...place, waitMs: 20_000 },
    );
    const { api } = await t.client(someone('bob'));
    const { id: roomId } = await api.chat.room.create.mutate({ kind: 'group', name: 'Tea' });
    const say = (content: string) => api.chat.message.send.mutate({ roomId, content, format: 'html' });
    const edit = (messageId: string, content: string) => api.chat.message.edit.mutate({ messageId, content });
    return { say, edit, [Symbol.asyncDispose]: () => t.close() };
  }

  it('words are looked for in what is seen of HTML, whatever markup is between their letters', async () => {
    await using on = await start();
    const { id } = await on.say('<p>fine</p>');
    for (const bad of [
      'b<b></b>adword',
      '<b>bad</b><i>word</i>',
      'bad<!-- x -->word',
      'bad<script></script>word',
      '&#98;adword',
      'bad<span class="x">&#119;</span>ord',
      '<p>so</p><p>badword</p><p>then</p>',
      'one<br>badword',
      '<a href="https://good.example/" title="badword">x</a>',
    ]) {
      const refusal = await refusalOf(on.say(bad));
      expect(refusal.details?.['data'], bad).toEqual({ rule: 'words', reason: 'badword' });
      expect((await refusalOf(on.edit(id, bad))).code, bad).toBe('MESSAGE_BLOCKED');
    }
    // Neither is a word what stands on two lines, nor what nobody sees.
    for (const good of ['<p>bad</p><p>word</p>', 'bad<br>word', '<b class="badword">x</b>', '<badword>y</badword>']) {
      await on.say(good);
    }
  });

  it('of a masked word every letter that is seen is a star, and the markup stays', async () => {
    await using on = await start();
    const said = await on.say('a <b>mask</b><i>word</i> &amp; a m&#97;skword<br>x');
    expect(said.content).toBe('a <b>****</b><i>****</i> &amp; a ********<br>x');
    const edited = await on.edit(said.id, 'ma<b>s<i>k</i></b>word &lt;maskword&gt;');
    expect(edited.content).toBe('**<b>*<i>*</i></b>**** &lt;********&gt;');
    const plain = '<p>nothing <b>here</b></p>';
    expect((await on.say(plain)).content).toBe(plain);
    const titled = on.say('<a href="https://good.example/" title="maskword">x</a>');
    expect((await refusalOf(titled)).code).toBe('MESSAGE_BLOCKED');
  });

  it('links are found in its attributes as in its text', async () => {
    await using on = await start();
    for (const bad of [
      '<a href="https://evil.example/x">here</a>',
      '<a href="https://ev&#105;l.example/x">here</a>',
      '<a href="//evil.example/x">here</a>',
      '<a href="/\\\\evil.example">here</a>',
      'go to https://evil<b>.example</b>/x',
    ]) {
      expect((await refusalOf(on.say(bad))).details?.['data'], bad).toEqual({ rule: 'links', reason: 'evil.example' });
    }
    await on.say('<a href="https://good.example/x">here</a>');
  });

  it('the same again is the same again, in whatever markup, and what shows nothing is not said', async () => {
    await using on = await start(noRepeats);
    await on.say('buy <b>soup</b>');
    await expectRefusal(on.say('b<i></i>uy soup'), 'RATE_LIMITED');
    await on.say('<a href="https://one.example/">buy soup</a>');
    await on.say('<a href="https://two.example/">buy soup</a>');
    await expectRefusal(on.say('<b></b>'), 'VALIDATION');
  });
});
