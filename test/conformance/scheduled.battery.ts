import { expect, test, vi } from 'vitest';
import { onEachPlace, openStage } from './scheduled-stage.js';

const rounds = 100;

onEachPlace('scheduled messages on several nodes', (_stage, place) => {
  test('each of a hundred rounds is sent exactly once', { timeout: 300_000 }, async () => {
    const { people, within, t } = await openStage(place);
    await using _chat = t;
    // On SQLite one process has the database.
    if (place.postgresql !== undefined) await Promise.all([t.node(), t.node()]);
    const [ada] = await people('ada');
    const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Rounds' });
    const { message } = ada.api.chat;
    const ids: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const sendAt = within(2_000);
      const made = await Promise.all(
        [1, 2, 3].map((nth) => message.schedule.mutate({ roomId, content: `${round}.${nth}`, sendAt })),
      );
      ids.push(...made.map(({ id }) => id));
      await t.clock.advance(3_000);
      await vi.waitFor(async () => expect((await message.scheduled.query({})).items).toEqual([]), { timeout: 20_000 });
    }
    const sent: (string | null)[] = [];
    for (let before: number | undefined; ;) {
      const page = await message.list.query({ roomId, limit: 100, ...(before !== undefined && { before }) });
      sent.push(...page.items.map(({ clientId }) => clientId));
      before = page.items[0]?.seq;
      if (!page.hasBefore) break;
    }
    expect(sent.toSorted()).toEqual(ids.toSorted());
  });
});
