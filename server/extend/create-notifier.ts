import type { NotificationKind, NotifyPreference } from '@confab/shared';
import type { FrontLog } from '../front/options.js';
import type { Aftermath } from './hooks/aftermath.js';
import type { Notifier, Notify } from './notify.js';

/** What someone still hears of who asked for mentions only: what names or answers them. */
const aimed: ReadonlySet<NotificationKind> = new Set(['mention', 'reply']);

function prefers(preference: NotifyPreference, kind: NotificationKind): boolean {
  return preference === 'all' || (preference === 'mentions' && aimed.has(kind));
}

/** The host's rule, or the members' own preferences; a sink that fails is logged and disturbs nobody. */
export function createNotifier(notify: Notify, log: FrontLog, aftermath: Aftermath): Notifier {
  return {
    decides(event, member) {
      const next = (): boolean => prefers(member.notify, event.kind);
      if (notify.decide === undefined) return next();
      try {
        return notify.decide(event, member, next);
      } catch (error) {
        log.error({ error }, 'notify.decide failed');
        return next();
      }
    },
    delivered(notifications) {
      if (notify.deliver === undefined || notifications.length === 0) return;
      const batch = notifications.map(({ createdAt, ...notification }) => ({ ...notification, at: createdAt }));
      aftermath.run('notify.deliver', () => notify.deliver?.(batch));
    },
  };
}
