import { describe, expect, it } from 'vitest';
import type { AskVerdict, Verdict } from '../../../server/plugins/moderation/index.js';
import { expectRefusal, refusalOf } from '../../support/client.js';
import { onEachDatabase } from '../databases.js';
import { deferred, someone } from '../suite.js';
import { moderationSuite, wordRules } from './setup.js';

onEachDatabase((place) => {
  describe('words and links', () => {
    const suite = moderationSuite(place, {
      ...wordRules,
      links: [{ deny: ['evil.example'] }, { deny: ['odd.example'], action: 'flag' }],
      flood: { messages: false, repeats: false, mentions: 2 },
      tell: 'match',
      isExempt: ({ id }) => id.startsWith('exempt'),
    });

    it('a blocked message is not said, and its author learns what it was', async () => {
      const { say, history } = await suite.chat.people();
      const refusal = await refusalOf(say('such a B.a.d.w.o.r.d'.replaceAll('.', '\u200b')));
      expect(refusal).toMatchObject({ code: 'MESSAGE_BLOCKED', status: 4120, trpc: 'UNPROCESSABLE_CONTENT' });
      expect(refusal.details?.['data']).toEqual({ rule: 'words', reason: 'badword' });
      expect(await history()).toEqual([]);
    });

    it('a masked word is said with stars', async () => {
      const { say, history } = await suite.chat.people();
      await say('what a MASKWORD this is');
      expect(await history()).toEqual(['what a ******** this is']);
    });

    it('an edit is looked at like a message', async () => {
      const { bob, say, history } = await suite.chat.people();
      const { id: messageId } = await say('fine');
      const edit = (content: string) => bob.api.chat.message.edit.mutate({ messageId, content });
      expect((await refusalOf(edit('badword'))).code).toBe('MESSAGE_BLOCKED');
      await edit('now a maskword');
      expect(await history()).toEqual(['now a ********']);
    });

    it('captions and custom data are looked at, too', async () => {
      const { bob, roomId } = await suite.chat.people();
      const attachment = { url: 'https://files.example/1', type: 'file' as const, mime: 'application/pdf' };
      const send = (more: object) => bob.api.chat.message.send.mutate({ roomId, content: 'see', ...more });
      const caption = await refusalOf(send({ attachments: [{ ...attachment, caption: 'badword' }] }));
      const custom = await refusalOf(send({ custom: { title: 'badword' } }));
      expect([caption.code, custom.code]).toEqual(['MESSAGE_BLOCKED', 'MESSAGE_BLOCKED']);
    });

    it('links to a host that is not allowed are refused, also in attachments', async () => {
      const { bob, roomId, say } = await suite.chat.people();
      const refusal = await refusalOf(say('see http://sub.EVIL.example/x'));
      expect(refusal.details?.['data']).toEqual({ rule: 'links', reason: 'sub.evil.example' });
      const attachments = [{ url: 'https://evil.example/1', type: 'file' as const, mime: 'application/pdf' }];
      const attached = bob.api.chat.message.send.mutate({ roomId, content: 'see', attachments });
      expect((await refusalOf(attached)).code).toBe('MESSAGE_BLOCKED');
      await say('see https://good.example/x');
    });

    it('more people than may be named are refused', async () => {
      const { ada, bob, cy, roomId } = await suite.chat.people();
      const send = (mentions: string[]) => bob.api.chat.message.send.mutate({ roomId, content: 'hey', mentions });
      await send([ada.userId, cy.userId]);
      const refusal = await refusalOf(send([ada.userId, cy.userId, 'dan']));
      expect(refusal.details?.['data']).toEqual({ rule: 'mentions' });
    });

    it('whoever is exempt says what they like, and so does the system', async () => {
      const { ada, roomId, history } = await suite.chat.people();
      const exempt = await suite.chat.t.client(someone('exempt'));
      await ada.api.chat.room.addMembers.mutate({ roomId, userIds: [exempt.userId] });
      await exempt.api.chat.message.send.mutate({ roomId, content: 'badword' });
      await suite.chat.t.system.message.send({ roomId, content: 'badword' });
      expect(await history()).toEqual(['badword', 'badword']);
    });

    it("a room's name keeps to the rules, too", async () => {
      const { ada, roomId } = await suite.chat.people();
      const rename = (name: string) => ada.api.chat.room.update.mutate({ roomId, name });
      expect((await refusalOf(rename('badword'))).code).toBe('MESSAGE_BLOCKED');
      expect((await rename('the maskword')).name).toBe('the ********');
    });

    it('whoever may not send is told so, whatever they say', async () => {
      const { ada, bob, roomId, say } = await suite.chat.people();
      await ada.api.chat.room.removeMembers.mutate({ roomId, userIds: [bob.userId] });
      await expectRefusal(say('badword'), 'NOT_FOUND');
    });
  });

  describe('floods', () => {
    const suite = moderationSuite(place, {
      flood: { messages: { count: 3, perMs: 10_000 }, repeats: { count: 2, perMs: 60_000 } },
    });

    it('too many messages in a room are refused for a while', async () => {
      const { say } = await suite.chat.people();
      for (const content of ['one', 'two', 'three']) await say(content);
      const { details } = await expectRefusal(say('four'), 'RATE_LIMITED');
      expect(details?.['retryAfterMs']).toBeGreaterThan(5_000);
      await suite.chat.t.clock.advance(10_001);
      await say('four');
    });

    it('the same text is refused over rooms, however it is dressed', async () => {
      const { bob, say, ada } = await suite.chat.people();
      const { id: roomId } = await bob.api.chat.room.create.mutate({ kind: 'direct', members: [ada.userId] });
      await say('Buy now');
      await say('buy  NOW');
      await expectRefusal(bob.api.chat.message.send.mutate({ roomId, content: 'bu\u00ady now' }), 'RATE_LIMITED');
      await bob.api.chat.message.send.mutate({ roomId, content: 'sorry' });
    });

    it('a call that is tried again counts once', async () => {
      const { say } = await suite.chat.people();
      const clientId = someone('client-id-of-a-call');
      for (let tries = 0; tries < 5; tries += 1) await say('the same', clientId);
      await say('the same');
    });
  });

  describe('the verdict of the host', () => {
    let ask: AskVerdict = () => 'allow';
    const suite = moderationSuite(place, {
      verdict: (...given) => ask(...given),
      verdictMs: 300,
      withoutVerdict: 'hold',
    });
    const answering = (verdict: Verdict | Promise<Verdict>) => (ask = () => verdict);

    it('decides, in words of its own', async () => {
      const { say, history } = await suite.chat.people();
      answering({ action: 'block', note: 'Be kind.' });
      expect((await refusalOf(say('hm'))).details?.['data']).toEqual({ rule: 'verdict', reason: 'Be kind.' });
      answering({ action: 'replace', content: 'mm' });
      await say('hm');
      answering('allow');
      await say('hm');
      expect(await history()).toEqual(['mm', 'hm']);
    });

    it('is asked about a message as it would be said', async () => {
      const { bob, say, roomId } = await suite.chat.people();
      let question: object = {};
      ask = (asked) => {
        question = asked;
        return 'allow';
      };
      await say('hm');
      expect(question).toMatchObject({
        subject: 'message',
        roomId,
        user: { id: bob.userId },
        content: 'hm',
        custom: {},
      });
    });

    it('does what was chosen for it when it takes too long, and is told to stop', async () => {
      const { ada, say } = await suite.chat.people();
      const stopped = deferred<boolean>();
      ask = (_asked, { signal }) =>
        new Promise(() => signal.addEventListener('abort', () => stopped.resolve(signal.aborted)));
      expect((await refusalOf(say('slow'))).code).toBe('MESSAGE_HELD');
      expect(await stopped.promise).toBe(true);
      expect((await ada.next('moderation.queued')).data.rule).toBe('timeout');
    });

    it('does the same when it fails', async () => {
      const { say } = await suite.chat.people();
      ask = () => Promise.reject(new Error('down'));
      expect((await refusalOf(say('unlucky'))).code).toBe('MESSAGE_HELD');
    });

    it('is not asked again about what a moderator has approved', async () => {
      const { ada, cy, say } = await suite.chat.people();
      answering('hold');
      await refusalOf(say('hm'));
      answering('block');
      await ada.api.chat.moderation.approve.mutate({ itemId: (await ada.next('moderation.queued')).data.itemId });
      expect((await cy.next('message.created')).data.message.content).toBe('hm');
    });
  });

  describe('a classifier that is away', () => {
    const suite = moderationSuite(place, { verdict: () => Promise.reject(new Error('down')), tell: 'nothing' });

    it('stops nobody unless the host says so', async () => {
      const { say, history } = await suite.chat.people();
      await say('fine');
      expect(await history()).toEqual(['fine']);
    });
  });
});
