import { expect, test } from 'vitest';
import { clientId, expectRefusal } from '../support/client.js';
import { makeRoom, onEachDatabase } from '../support/suite.js';

const bad = '<p onclick="steal()">Hi <b>all</b><script>steal()</script></p>';
const clean = '<p>Hi <b>all</b>steal()</p>';

onEachDatabase(
  'html messages',
  (suite) => {
    test('what is stored, told and answered is the cleaned message', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom('group', ada, [bob]);
      const sent = await ada.api.message.send.mutate({ roomId, content: bad, format: 'html' });
      expect(sent).toMatchObject({ content: clean, format: 'html' });
      expect((await bob.event('message.created')).data.message).toMatchObject({ content: clean, format: 'html' });
      expect((await bob.api.message.list.query({ roomId })).items).toMatchObject([{ content: clean }]);
      expect((await bob.api.room.list.query({})).items).toMatchObject([{ lastMessage: { content: clean } }]);
    });

    test('a message with anything on it takes the same way as a plain one', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom('group', ada, [bob]);
      const sent = await ada.api.message.send.mutate({ roomId, content: bad, format: 'html', mentions: [bob.id] });
      expect(sent.content).toBe(clean);
      const reply = await bob.api.message.send.mutate({ roomId, content: bad, format: 'html', replyToId: sent.id });
      expect(reply).toMatchObject({ content: clean, replyTo: { id: sent.id, content: clean } });
    });

    test('an edit is cleaned, and an edit that says what is there already changes nothing', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom('group', ada, [bob]);
      const { id: messageId } = await ada.api.message.send.mutate({ roomId, content: '<i>x</i>', format: 'html' });
      const { edit } = ada.api.message;
      expect(await edit.mutate({ messageId, content: bad })).toMatchObject({ content: clean, format: 'html' });
      expect((await bob.event('message.updated')).data.message).toMatchObject({ content: clean });
      const { seq } = await ada.api.room.get.query({ roomId });
      await edit.mutate({ messageId, content: bad });
      expect((await ada.api.room.get.query({ roomId })).seq).toBe(seq);
      const versions = await ada.api.message.versions.query({ messageId });
      expect(versions.items).toMatchObject([{ content: '<i>x</i>' }]);
      await expectRefusal(edit.mutate({ messageId, content: '<script></script>' }), 'VALIDATION');
    });

    test('a forwarded message is the cleaned one', async () => {
      const [ada] = await suite.users('ada');
      const [{ id: roomId }, { id: other }] = [await makeRoom('group', ada), await makeRoom('group', ada)];
      const { id: messageId } = await ada.api.message.send.mutate({ roomId, content: bad, format: 'html' });
      const copies = await ada.api.message.forward.mutate({ messageId, roomIds: [other] });
      expect(copies).toMatchObject([{ content: clean, format: 'html', roomId: other }]);
    });

    test('a retry is compared by what was sent, not by what became of it', async () => {
      const [ada] = await suite.users('ada');
      const { id: roomId } = await makeRoom('group', ada);
      const asked = { roomId, content: bad, format: 'html', clientId: clientId() } as const;
      const sent = await ada.api.message.send.mutate(asked);
      expect((await ada.api.message.send.mutate(asked)).id).toBe(sent.id);
      await expectRefusal(ada.api.message.send.mutate({ ...asked, content: clean }), 'CONFLICT');
      await expectRefusal(ada.api.message.send.mutate({ ...asked, format: 'text' }), 'CONFLICT');
    });

    test('what is cleaned to nothing that could be seen counts as empty', async () => {
      const [ada] = await suite.users('ada');
      const { id: roomId } = await makeRoom('group', ada);
      const attachments = [{ url: 'https://example.com/a.png', type: 'image', mime: 'image/png' } as const];
      for (const content of [
        '<img src=x onerror=steal()>',
        '<!-- x -->',
        '<p><br></p>',
        '<p>&nbsp;&#8203;</p>',
        '<b>',
      ]) {
        await expectRefusal(ada.api.message.send.mutate({ roomId, content, format: 'html' }), 'VALIDATION');
        await ada.api.message.send.mutate({ roomId, content, format: 'html', attachments });
      }
    });

    test('what cleaning makes too long or unfit is refused as if it had come so', async () => {
      const [ada] = await suite.users('ada');
      const { id: roomId } = await makeRoom('group', ada);
      const send = (content: string) => ada.api.message.send.mutate({ roomId, content, format: 'html' });
      await expectRefusal(send('<'.repeat(7_000)), 'TOO_LARGE');
      await expectRefusal(send('<b>'.repeat(3_000)), 'TOO_LARGE');
      await expectRefusal(send('a&#1;b'), 'VALIDATION');
      expect((await send('&amp;'.repeat(1_000))).content).toBe('&amp;'.repeat(1_000));
      expect((await ada.api.room.get.query({ roomId })).seq).toBe(2);
    });

    test('text and Markdown stay as they came, byte for byte', async () => {
      const [ada] = await suite.users('ada');
      const { id: roomId } = await makeRoom('group', ada);
      for (const format of ['text', 'markdown'] as const) {
        expect((await ada.api.message.send.mutate({ roomId, content: bad, format })).content).toBe(bad);
      }
    });
  },
  { settings: { html: true } },
);

onEachDatabase('html where the host did not turn it on', (suite) => {
  test('is VALIDATION, and nothing is said', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    await expectRefusal(ada.api.message.send.mutate({ roomId, content: '<b>x</b>', format: 'html' }), 'VALIDATION');
    expect((await ada.api.message.list.query({ roomId })).items).toEqual([]);
  });
});
