import { ChatError } from '@confab/shared';
import type { Message } from '@confab/shared';
import type { ChatScope } from '../../extend/scope.js';
import type { ModerationItemRow } from '../../store/plugin-models.js';
import { createCases } from './cases.js';
import type { Cases, NewCase } from './cases.js';
import { createFloodGate } from './flood.js';
import type { FloodCall } from './flood.js';
import { createGhosts } from './ghosts.js';
import type { Ghosts } from './ghosts.js';
import { createJudge } from './judge.js';
import type { Finding, Judge } from './judge.js';
import type { ModerationKit } from './kit.js';
import type { Mutes } from './mutes.js';
import type { ResolvedOptions } from './options.js';
import { createRefusals } from './refusals.js';
import { isSameCall, keptOf } from './said.js';

/** What stands around what people say. */
export interface Guard {
  readonly kit: ModerationKit;
  readonly cases: Cases;
  readonly ghosts: Ghosts;
  readonly judge: Judge;
  /** Nothing is asked of these callers. */
  isFree(scope: ChatScope): Promise<boolean>;
  isMuted(scope: ChatScope, roomId: string): Promise<boolean>;
  /** Throws `RATE_LIMITED` when it is. */
  refuseFlood(scope: ChatScope, call: Omit<FloodCall, 'userId'>): void;
  /** Throws `MESSAGE_BLOCKED` when one of these is worse than a flag. */
  refuseNamed(findings: readonly Finding[]): void;
  /** What the author of a case is answered: a message that only they see, or a refusal, which is thrown. */
  answer(scope: ChatScope, row: ModerationItemRow): Promise<Message>;
  /** The same for another try; `CONFLICT` for one that says something else. */
  answerAgain(scope: ChatScope, row: ModerationItemRow, call: object): Promise<Message>;
}

const states = { flag: 'flagged', hold: 'held', block: 'blocked', shadow: 'shadowed' } as const;

/** A case as it is written down. */
export function caseOf(
  finding: Finding,
  about: Pick<NewCase, 'roomId' | 'userId' | 'subject' | 'messageId' | 'clientId' | 'kept'>,
): NewCase {
  const { action, rule, reason, note } = finding;
  return { ...about, state: states[action], rule, reason, note };
}

/** What a muted person says, as if a rule had found it. */
export const unheard: Finding = { action: 'shadow', rule: 'mute', reason: null, note: null };

export function createGuard(kit: ModerationKit, options: ResolvedOptions, mutes: Mutes): Guard {
  const ghosts = createGhosts(kit);
  const refusals = createRefusals(kit, options);
  const flood = createFloodGate(options.flood, kit.clock);

  async function answer(scope: ChatScope, row: ModerationItemRow): Promise<Message> {
    if (row.state === 'held') throw refusals.held(row.id);
    if (row.state !== 'shadowed') throw refusals.blocked(row);
    if (row.subject === 'edit') return kit.as(scope.user.id, scope).message.get({ messageId: row.messageId ?? '' });
    const [message] = await ghosts.present(scope, [row]);
    if (message === undefined) throw new ChatError('NOT_FOUND');
    return message;
  }

  return {
    ...{ kit, ghosts, answer },
    cases: createCases(kit, options),
    judge: createJudge(kit, options),
    isFree: async (scope) => scope.isSystem || (await options.isExempt(scope.user)),
    isMuted: (scope, roomId) => mutes.isMuted(scope, roomId),
    refuseFlood(scope, call) {
      const waitMs = flood.pass({ userId: scope.user.id, ...call });
      if (waitMs !== null) throw refusals.tooMuch(waitMs);
    },
    refuseNamed(findings) {
      const worst = findings.find(({ action }) => action !== 'flag');
      if (worst !== undefined) throw refusals.blocked(worst);
    },
    answerAgain(scope, row, call) {
      const isSame = keptOf(row) === null || isSameCall(row, { ...call, clientId: row.clientId });
      if (!isSame) throw refusals.reused();
      return answer(scope, row);
    },
  };
}
