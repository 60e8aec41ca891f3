import { checkCustom, ChatError, hasRefusedCharacters, invalid, utf8Bytes } from '@confab/shared';
import type { PushRegistration } from '@confab/shared';
import { z } from 'zod';
import type { Settings } from '../../settings.js';
import * as inputs from '../inputs.js';
import { sortedJson } from '../fingerprint.js';
import { mutation } from '../operation.js';

/** What is kept of one registration. */
const registrationBytes = 4_096;

/** Devices a user may have registered; one more takes the place of the oldest. */
const devicesPerUser = 20;

const objectLimits = { customBytes: registrationBytes, customDepth: 8, customKeys: 128 };

const registration = z.custom<PushRegistration>().transform((value): PushRegistration => {
  if (typeof value !== 'string') return checkCustom(value, objectLimits, 'registration');
  if (value === '' || hasRefusedCharacters(value)) {
    throw invalid('registration', 'A plain object, or a string that is not empty, is expected.');
  }
  if (utf8Bytes(value) <= registrationBytes) return value;
  const message = `At most ${registrationBytes} bytes.`;
  const details = { constraint: 'registration', issues: [{ path: 'registration', message }] };
  throw new ChatError('TOO_LARGE', message, { details });
});

const subscribeInput = (_settings: Settings) => z.strictObject({ registration });

const unsubscribeInput = (_settings: Settings) =>
  z
    .strictObject({ registration: registration.optional(), id: inputs.id.optional() })
    .refine((given) => (given.registration === undefined) !== (given.id === undefined), 'name one of registration, id');

/**
 * Registers the calling device for pushes. The same registration again changes nothing; one that another user had before
 * is the caller's from now on. Of more than 20 devices the one that was registered first goes.
 */
export const subscribe = mutation(
  'push.subscribe',
  subscribeInput,
  async (op, given): Promise<{ readonly id: string }> => {
    const { userId, sessionId } = op.caller;
    const subscription = { id: op.kernel.ids.next(), userId, sessionId, registration: sortedJson(given.registration) };
    return op.store.write(async (tx) => {
      // Devices that come at the same moment are counted one after the other.
      await tx.lockPersonal([userId]);
      const at = op.kernel.clock.now();
      const { id, outcome } = await op.store.methods.subscribePush(tx, { subscription, at, most: devicesPerUser });
      if (outcome === 'unchanged') op.unchanged?.();
      return { id };
    });
  },
);

/** Ends the pushes to one of the caller's devices. One that is not registered, or not the caller's, changes nothing. */
export const unsubscribe = mutation(
  'push.unsubscribe',
  unsubscribeInput,
  async (op, { id, registration: given }): Promise<Record<never, never>> => {
    const { userId } = op.caller;
    const which = given === undefined ? { id: id ?? '' } : { registration: sortedJson(given) };
    const outcome = await op.store.write((tx) => op.store.methods.unsubscribePush(tx, { userId, ...which }));
    if (outcome === 'unchanged') op.unchanged?.();
    return {};
  },
);
