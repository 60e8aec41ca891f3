import { z } from 'zod';
import { tooManyStreams } from '../front/error-answer.js';
import { streamEvents } from '../front/stream-events.js';
import { readyData } from '../operations/ready.js';
import { callKey } from './base.js';
import { toTrpcError } from '../trpc/error-shape.js';
import { tolerant } from './kit.js';
import type { Kit } from './kit.js';

/**
 * Where the stream begins. `lastEventId` is what `@trpc/client` adds by itself when it comes back, and wins; whatever
 * either holds, a cursor that can't be used is answered by `resync`.
 */
const input = z.strictObject({ lastEventId: z.string().nullish(), since: z.string().nullish() });

/** The one stream of everything a user may see. */
export function eventsProcedure(kit: Kit) {
  return kit
    .procedure('events')
    .input(tolerant(input))
    .subscription(async function* ({ ctx, input: { lastEventId, since }, signal }) {
      const op = ctx[callKey];
      const { streams, settings } = op.kernel;
      const { userId, sessionId } = op.caller;
      // Counted in the same step in which the stream is opened, so that several of one frame can't slip through.
      if (streams.count(userId) >= settings.limits.streams) {
        throw toTrpcError(tooManyStreams('Too many event streams.'));
      }
      yield* streamEvents({
        ctx,
        streams,
        userId,
        sessionId: sessionId ?? '',
        issuedAt: op.caller.issuedAt,
        cursor: lastEventId ?? since ?? undefined,
        ready: () => readyData(op),
        signal,
      });
    });
}
