import type { ChatError, JsonObject } from '@confab/shared';
import type { ModerationItemRow } from '../../store/plugin-models.js';
import type { Finding } from './judge.js';
import type { ModerationKit } from './kit.js';
import type { ResolvedOptions } from './options.js';

/** What an author is told. */
export interface Refusals {
  /** Of a finding, or of a case that was blocked or rejected before. */
  blocked(finding: Pick<Finding | ModerationItemRow, 'rule' | 'reason' | 'note'>): ChatError;
  held(itemId: string): ChatError;
  tooMuch(retryAfterMs: number): ChatError;
  /** The client id was used for something else. */
  reused(): ChatError;
}

export function createRefusals(kit: ModerationKit, { tell }: Pick<ResolvedOptions, 'tell'>): Refusals {
  function blocked({ rule, reason, note }: { rule: string; reason: string | null; note: string | null }): ChatError {
    const isShown = tell === 'match' && (rule === 'words' || rule === 'links');
    const told = note ?? (isShown ? reason : null);
    const data: JsonObject = { ...(tell !== 'nothing' && { rule }), ...(told !== null && { reason: told }) };
    return kit.error('MESSAGE_BLOCKED', undefined, { details: { data } });
  }

  return {
    blocked,
    held(itemId) {
      return kit.error('MESSAGE_HELD', undefined, { details: { data: { itemId } } });
    },
    tooMuch(retryAfterMs) {
      return kit.error('RATE_LIMITED', 'That is too much at once.', { details: { retryAfterMs } });
    },
    reused() {
      const details = { constraint: 'clientId' };
      return kit.error('CONFLICT', 'This clientId was used for another message.', { details });
    },
  };
}
