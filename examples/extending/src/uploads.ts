import { createHmac } from 'node:crypto';
import { createChat } from '@confab/server';
import type { UploadRequest } from '@confab/server';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';

const key = 'a key that the storage knows as well';

/** An address that takes this file and no other, for ten minutes. A storage's own SDK makes such an address, too. */
function signedPut({ name, mime, size }: UploadRequest, userId: string, now: Date) {
  const path = `/${userId}/${now.getTime()}/${encodeURIComponent(name)}`;
  const expiresAt = new Date(now.getTime() + 600_000);
  const signature = createHmac('sha256', key).update([path, mime, size, expiresAt.getTime()].join('\n')).digest('hex');
  return {
    method: 'PUT' as const,
    url: `https://files.example${path}?expires=${expiresAt.getTime()}&signature=${signature}`,
    headers: { 'content-type': mime, 'content-length': String(size) },
    publicUrl: `https://files.example${path}`,
    expiresAt,
  };
}

/** Bytes go to a storage of the host's; the chat only has an address signed, and is sent another one to attach. */
export const createUploadingChat = (base: TestBase) =>
  createChat({
    ...base,
    settings: { limits: { uploadBytes: 5_000_000 } },
    uploads: { sign: (request, { user }) => signedPut(request, user.id, new Date('2026-05-01T12:00:00Z')) },
  });

export async function play() {
  await using t = await testChat(createUploadingChat);
  const ada = await t.client('ada');
  const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea' });
  const file = { name: '../teapot.png', mime: 'image/png', size: 40_000 };
  const { method, publicUrl } = await ada.api.chat.upload.sign.mutate({ roomId, ...file });
  // Here the client would send the bytes: fetch(url, { method, headers, body: file }).
  const { mime, size } = file;
  const attachments = [{ url: publicUrl, type: 'image' as const, mime, size }];
  const sent = await ada.api.chat.message.send.mutate({ roomId, content: '', attachments });
  const tooLarge = await ada.api.chat.upload.sign.mutate({ ...file, size: 6_000_000 }).then(
    () => 'signed',
    (error: Error) => error.message,
  );
  return { method, attached: sent.attachments.map((attachment) => attachment.url), tooLarge };
}
