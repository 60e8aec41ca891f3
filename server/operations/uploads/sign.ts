import { ChatError, hasRefusedCharacters } from '@confab/shared';
import type { AttachmentType } from '@confab/shared';
import { z } from 'zod';
import type { SignedUpload } from '../../extend/uploads.js';
import { look } from '../../policy/enter.js';
import type { Settings } from '../../settings.js';
import * as inputs from '../inputs.js';
import { mutation } from '../operation.js';
import { cleanFileName } from './file-name.js';

const input = (settings: Settings) =>
  z.strictObject({
    roomId: inputs.id.optional(),
    name: z
      .string()
      .min(1)
      .max(1_024)
      .refine((value) => !hasRefusedCharacters(value), 'must not hold control characters'),
    mime: inputs.mime(settings),
    /** In bytes. */
    size: z.int().min(1),
    type: inputs.attachmentType.optional(),
  });

/**
 * Has the host sign an upload of a file that is to be attached: of an allowed type and size, and (with `roomId`) by
 * somebody who may send there.
 */
export const sign = mutation('upload.sign', input, async (op, { roomId, name, mime, size, type }) => {
  const { signUpload, settings } = op.kernel;
  if (signUpload === undefined) throw new ChatError('NOT_FOUND', 'The host signs no uploads.');
  const { uploadBytes } = settings.limits;
  if (size > uploadBytes) {
    const message = `At most ${uploadBytes} bytes.`;
    const details = { constraint: 'size', issues: [{ path: 'size', message }] };
    throw new ChatError('TOO_LARGE', message, { details });
  }
  if (roomId !== undefined) await op.store.read((tx) => look(op, tx, 'message.send', roomId));
  const request = { roomId: roomId ?? null, name: cleanFileName(name), mime, size, type: type ?? typeOf(mime) };
  const signed: SignedUpload = await signUpload(op, request);
  return signed;
});

/** What a file of this type is shown as when its sender does not say. */
function typeOf(mime: string): AttachmentType {
  const [kind] = mime.split('/');
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'file';
}
