import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createChat } from '../../server/create-chat.js';
import { linkPreviews } from '../../server/plugins/link-previews/index.js';
import { moderation } from '../../server/plugins/moderation/index.js';
import { polls } from '../../server/plugins/polls/index.js';
import type { LinkPreviewModels, ModerationModels, PollModels } from '../../server/store/plugin-models.js';
import { testChat } from '../../server/testing/chat/test-chat.js';
import { onEachDatabase } from './databases.js';
import { deferred, peeking, someone } from './suite.js';

onEachDatabase((place) => {
  it('what the shipped plugins keep of a user is exported, and gone once the user is erased', async () => {
    const peek = peeking<PollModels & ModerationModels & LinkPreviewModels>();
    const marker = randomBytes(8).toString('hex');
    const plugins = [
      polls(),
      moderation({ words: [{ words: ['flagword'], action: 'flag' }], isModerator: () => true }),
      linkPreviews({ fetch: () => Promise.reject(new Error('not here')) }),
      peek.plugin,
    ] as const;
    await using t = await testChat((base) => createChat({ ...base, plugins }), { ...place, waitMs: 20_000 });
    const [ada, bob] = [await t.client(someone('ada')), await t.client(someone('bob'))];
    const { id: roomId } = await bob.api.chat.room.create.mutate({ kind: 'group', name: 'Tea', members: [ada.userId] });
    await ada.next('room.created');
    const question = { roomId, options: ['Tea', 'Cake'] };
    const own = await ada.api.chat.polls.create.mutate({ ...question, question: `Mine ${marker}` });
    const theirs = await bob.api.chat.polls.create.mutate({ ...question, question: 'Theirs', suggestions: true });
    const messageId = theirs.message.id;
    const suggested = await ada.api.chat.polls.suggest.mutate({ messageId, text: `Gin ${marker}` });
    const optionId = suggested.options.at(-1)?.id ?? '';
    await ada.api.chat.polls.vote.mutate({ messageId, optionIds: [optionId] });
    await bob.api.chat.message.send.mutate({ roomId, content: 'hello' });
    const flagged = await ada.api.chat.message.send.mutate({
      roomId,
      content: `flagword ${marker} https://a.example/`,
    });
    await ada.api.chat.moderation.flag.mutate({ messageId, reason: `because ${marker}` });

    const kept: string[] = [];
    for await (const { type, data } of t.system.user.export({ userId: ada.userId })) {
      if (type === 'plugin') kept.push(`${data.plugin}.${data.type}`);
    }
    expect(new Set(kept)).toEqual(
      new Set(['polls.poll', 'polls.suggestion', 'polls.vote', 'moderation.case', 'moderation.flag']),
    );

    await t.system.user.erase({ userId: ada.userId });
    const rows = await peek.look(async (models) => [
      ...(await models.chatPoll.findMany()),
      ...(await models.chatPollOption.findMany()),
      ...(await models.chatPollVote.findMany()),
      ...(await models.chatModerationItem.findMany()),
      ...(await models.chatModerationMute.findMany()),
      ...(await models.chatLinkPreviewTask.findMany()),
      ...(await models.chatLinkPreview.findMany()),
    ]);
    const text = JSON.stringify(rows);
    expect(text).not.toContain(marker);
    expect(text).not.toContain(ada.userId);
    expect(text).not.toContain(own.message.id);
    expect(text).not.toContain(flagged.id);
    // The poll of the other stands, with a count that is that of a recount.
    const left = await bob.api.chat.polls.get.query({ messageId });
    expect(left.voterCount).toBe(0);
    expect(left.options.map(({ text: option }) => option)).toEqual(['Tea', 'Cake', '—']);
    expect(await t.system.user.erase({ userId: ada.userId })).toMatchObject({ messages: 0 });
  });

  it('what is being judged while its author is erased is kept nowhere', async () => {
    const peek = peeking<ModerationModels>();
    const [isAsked, isErased] = [deferred<undefined>(), deferred<undefined>()];
    const plugins = [
      moderation({
        verdictMs: 30_000,
        async verdict() {
          isAsked.resolve(undefined);
          await isErased.promise;
          return 'hold' as const;
        },
      }),
      peek.plugin,
    ] as const;
    await using t = await testChat((base) => createChat({ ...base, plugins }), { ...place, waitMs: 20_000 });
    const [ada, bob] = [someone('ada'), someone('bob')];
    const { id: roomId } = await t.as(bob).room.create({ kind: 'group', name: 'Tea', members: [ada] });
    const saying = t.as(ada).message.send({ roomId, content: 'mine alone' });
    await isAsked.promise;
    await t.system.user.erase({ userId: ada });
    isErased.resolve(undefined);
    await expect(saying).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await peek.look((models) => models.chatModerationItem.findMany())).toEqual([]);
  });

  it('a poll that grows too old goes with its message', async () => {
    const peek = peeking<PollModels>();
    await using t = await testChat((base) => createChat({ ...base, plugins: [polls(), peek.plugin] }), {
      ...place,
      waitMs: 20_000,
      startsAt: new Date('2026-01-01T00:00:00Z'),
    });
    const ada = await t.client(someone('ada'));
    const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea' });
    await ada.api.chat.polls.create.mutate({ roomId, question: 'Old?', options: ['Yes', 'No'] });
    await t.system.room.setRetention({ roomId, days: 1 });
    await t.clock.advance(25 * 3_600_000);
    await ada.next('message.deleted');
    expect(await peek.look(({ chatPoll }) => chatPoll.count())).toBe(0);
    expect(await peek.look(({ chatPollOption }) => chatPollOption.count())).toBe(0);
  });
});
