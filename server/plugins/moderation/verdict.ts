import type { ModerationRule } from '@confab/shared/plugins/moderation';
import type { ModerationKit } from './kit.js';
import type { ModerationAction, ResolvedOptions, Verdict, VerdictQuestion } from './options.js';

/** What came of asking the host. */
export type Ruling =
  | { readonly action: 'allow' }
  | { readonly action: 'replace'; readonly content: string }
  | {
      readonly action: ModerationAction;
      readonly rule: Extract<ModerationRule, 'verdict' | 'timeout'>;
      readonly reason: string | null;
      readonly note: string | null;
    };

/** Asks the host's `verdict`, for as long as it may take. Never throws. */
export async function askVerdict(
  kit: Pick<ModerationKit, 'clock' | 'log'>,
  { verdict, verdictMs, withoutVerdict }: Pick<ResolvedOptions, 'verdict' | 'verdictMs' | 'withoutVerdict'>,
  question: VerdictQuestion,
): Promise<Ruling> {
  if (verdict === undefined) return { action: 'allow' };
  const deadline = new AbortController();
  const late = new Promise<'late'>((resolve) => {
    deadline.signal.addEventListener('abort', () => resolve('late'), { once: true });
  });
  const timer = kit.clock.after(verdictMs, () => deadline.abort(), { holdsProcess: true });
  try {
    const asked = Promise.resolve(verdict(question, { signal: deadline.signal }));
    // Nobody waits for what comes after the deadline.
    asked.catch(() => undefined);
    const answer = await Promise.race([asked, late]);
    if (answer === 'late') kit.log.warn({ verdictMs }, 'no verdict came in time');
    else return rulingOf(answer);
  } catch (error) {
    kit.log.warn({ error }, 'asking for a verdict failed');
  } finally {
    timer.clear();
  }
  if (withoutVerdict === 'allow') return { action: 'allow' };
  return { action: withoutVerdict, rule: 'timeout', reason: null, note: null };
}

function rulingOf(verdict: Verdict): Ruling {
  if (verdict === 'allow') return { action: 'allow' };
  const said = typeof verdict === 'string' ? { action: verdict } : verdict;
  if (said.action === 'replace') return { action: 'replace', content: said.content };
  if (!['flag', 'hold', 'block', 'shadow'].includes(said.action)) {
    throw new TypeError(`There is no verdict ${JSON.stringify(verdict)}.`);
  }
  const { action, reason = null, note = null } = said;
  return { action, rule: 'verdict', reason, note };
}
