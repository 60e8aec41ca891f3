import { createChat } from '@confab/server';
import { isChatError } from '@confab/client';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';

/** A fault of another system, as its library throws it. */
export class BillingError extends Error {
  override readonly name = 'BillingError';
}

/** Codes of one's own beside the chat's, foreign errors turned into them, and everything else told to the host. */
export const createChatWithErrors = (base: TestBase, report: (error: unknown) => void) =>
  createChat({
    ...base,
    errors: {
      define: { UNPAID: { status: 4_032, trpc: 'PAYMENT_REQUIRED', sentence: 'There is a bill to be paid.' } },
      map: (error, make) => (error instanceof BillingError ? make('UNPAID') : undefined),
      onError: report,
    },
    on: {
      'room.create': {
        before({ input }) {
          if (input.name === 'Ballroom') throw new BillingError('402');
          if (input.name === 'Cellar') throw new TypeError('a bug of ours');
        },
      },
    },
  });

export async function play() {
  const reported: string[] = [];
  await using t = await testChat((base) => createChatWithErrors(base, (error) => reported.push(String(error))));
  const ada = await t.client('ada');
  const told: unknown[] = [];
  for (const name of ['Ballroom', 'Cellar']) {
    const error: unknown = await ada.api.chat.room.create
      .mutate({ kind: 'group', name })
      .catch((reason: unknown) => reason);
    if (isChatError<'UNPAID' | 'INTERNAL'>(error)) told.push([error.data.chat.code, error.data.chat.status]);
  }
  return { told, reported };
}
