import { expect, test } from 'vitest';
import { expectRefusal } from '../support/client.js';
import { makeRoom, onEachDatabase } from '../support/suite.js';

const picture = { type: 'image', mime: 'image/png', url: 'https://example.com/a.png' } as const;

onEachDatabase('attachments by reference', (suite) => {
  test('an address that is none of the web, or not quite what it seems, is VALIDATION everywhere', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const { id: messageId } = await ada.api.message.send.mutate({ roomId, content: 'x' });
    const bad = [
      ...['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'java\nscript:alert(1)', ' javascript:alert(1)'],
      ...['data:text/html,<script>alert(1)</script>', 'DATA:text/html,x', 'vbscript:msgbox(1)'],
      ...['file:///etc/passwd', 'ftp://example.com/a.png', 'blob:https://example.com/1', 'mailto:ada@example.com'],
      ...['//example.com/a.png', '/a.png', 'a.png', '', 'https://', 'https:'],
      ...['https://ada:secret@example.com/a.png', 'https://ada@example.com/a.png', 'https://:secret@example.com/'],
      ...[
        'https://example.com/a b.png',
        ' https://example.com/a.png',
        'https://example.com/a.png\n',
        'ht\ttps://a.example/',
      ],
      ...[
        'https:\\\\example.com\\a.png',
        'https://example.com\\@evil.example/',
        'https://example.com/\u0000',
        'https://example.com/\u0085',
      ],
      `https://example.com/${'a'.repeat(2_048)}`,
    ];
    for (const url of bad) {
      const attachments = [{ ...picture, url }];
      await expectRefusal(ada.api.message.send.mutate({ roomId, content: 'x', attachments }), 'VALIDATION');
      await expectRefusal(ada.api.message.edit.mutate({ messageId, attachments }), 'VALIDATION');
      await expectRefusal(ada.api.room.update.mutate({ roomId, image: url }), 'VALIDATION');
    }
    expect((await ada.api.message.list.query({ roomId })).items).toHaveLength(1);
  });

  test('an address of the web is stored as it came', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const good = [
      ...['https://example.com/a.png', 'http://example.com:8080/a.png?x=1&y=%20#z', 'HTTPS://EXAMPLE.com/A.PNG'],
      ...['https://xn--bcher-kva.example/ä.png', 'https://[2001:db8::1]/a.png', 'https://example.com/@ada'],
    ];
    for (const url of good) {
      const sent = await ada.api.message.send.mutate({ roomId, content: '', attachments: [{ ...picture, url }] });
      expect(sent.attachments.map((attachment) => attachment.url)).toEqual([url]);
    }
  });

  test('only types of the list may be attached', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    for (const mime of ['text/html', 'image/svg+xml', 'application/x-msdownload', 'image/PNG', 'image/png; x=1', '']) {
      const attachments = [{ ...picture, mime }];
      await expectRefusal(ada.api.message.send.mutate({ roomId, content: '', attachments }), 'VALIDATION');
    }
  });

  test('how an attachment is shown is for its sender to say, whatever it is', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const attachments = [
      { ...picture, type: 'file' as const },
      { ...picture, type: 'audio' as const, mime: 'video/webm' },
    ];
    const sent = await ada.api.message.send.mutate({ roomId, content: '', attachments });
    expect(sent.attachments).toMatchObject(attachments);
    const wrong = [{ ...picture, type: 'script' }];
    await expectRefusal(ada.call('message.send', { roomId, content: '', attachments: wrong }), 'VALIDATION');
  });

  test('where the host signs no uploads there is no such procedure', async () => {
    const [ada] = await suite.users('ada');
    const { upload } = ada.api as unknown as { upload: { sign: { mutate(input: object): Promise<unknown> } } };
    await expectRefusal(upload.sign.mutate({ name: 'a.png', mime: 'image/png', size: 1 }), 'NOT_FOUND');
  });
});
