import { reportActions } from '@confab/shared';
import { banning, deleteMessages, muting } from '../deeds.js';
import type { Deed } from '../deeds.js';
import type { Dice } from '../dice.js';
import type { Model, ModelReport } from '../model.js';
import { asAdmin, asReader, asSeer } from '../rules.js';
import type { Refusal } from '../rules.js';
import type { Move } from '../step.js';
import { nameOf, shortOf, somebodyAt, step } from '../step.js';

/** Shows a message to those who run its room; perhaps once more. */
export const report: Move = (model, dice) => {
  const place = somebodyAt(model, dice);
  if (place === undefined) return undefined;
  const { me, room, message } = place;
  const reason = `reason ${dice.roll(1_000)}`;
  const earlier = model.reports.find((one) => one.message === message && one.by === me);
  const nobodys: Refusal = message.news === null ? undefined : 'NOT_FOUND';
  const own: Refusal = message.senderId === me ? 'VALIDATION' : undefined;
  return step({
    by: me,
    says: `reports ${message.seq} of ${nameOf(model, room)}`,
    refusal: asReader(model, room, me, message) ?? nobodys ?? own,
    call: (api) => api.report.create({ messageId: message.id, reason }),
    apply({ id }) {
      if (earlier !== undefined && id !== earlier.id) throw new Error('It was reported twice.');
      if (earlier !== undefined) return;
      model.reports.push({ id, room, message, by: me, reason, action: null, resolvedBy: null });
    },
  });
};

/** Who may not read reports learns of none but their own. */
function asJudge({ room, by }: ModelReport, me: string): Refusal {
  const refusal = asAdmin(room, me, 'message.moderate');
  return refusal === 'PERMISSION_DENIED' && by !== me ? 'NOT_FOUND' : refusal;
}

const nothing: Deed = { refusal: undefined, apply: () => undefined };

/** What is done because of a report, with what that asks of whoever does it. */
function deedOf(model: Model, { room, message }: ModelReport, me: string, action: string, until: number): Deed {
  const whom = { userId: message.senderId, until };
  if (action === 'mute') return muting(model, room, me, whom);
  if (action === 'ban') return banning(model, room, me, whom);
  if (action !== 'delete') return nothing;
  return { refusal: asSeer(model, room, me, [message]), apply: () => deleteMessages(model, room, [message]) };
}

function someJudge({ room }: ModelReport, model: Model, dice: Dice): string {
  const admins = [...room.members].flatMap(([id, { role }]) => (role === 'member' ? [] : [id]));
  return (dice.rarely(4) ? undefined : dice.pick(admins)) ?? dice.one(model.users);
}

/** Does something because of a report, or nothing; whatever it is, all reports of the message end with it. */
export const resolveReport: Move = (model, dice) => {
  const open = model.reports.filter(({ action, room }) => action === null && !room.isDeleted);
  const found = dice.rarely(4) || open.length === 0 ? dice.pick(model.reports) : dice.pick(open);
  if (found === undefined) return undefined;
  const me = someJudge(found, model, dice);
  const action = dice.one(reportActions);
  const until = dice.rarely(2) ? model.now + 60_000 : Infinity;
  const hasEnd = until !== Infinity && (action === 'mute' || action === 'ban');
  const other: Refusal = found.action === action ? undefined : 'CONFLICT';
  const deed = deedOf(model, found, me, action, until);
  const isOpen = found.action === null;
  return step({
    by: me,
    says: `resolves the report of ${found.message.seq} of ${nameOf(model, found.room)} by ${shortOf(found.by)}: ${action}`,
    refusal: asJudge(found, me) ?? (isOpen ? deed.refusal : other),
    call: (api) => api.report.resolve({ reportId: found.id, action, ...(hasEnd && { until: new Date(until) }) }),
    apply(answer) {
      if (answer.action !== action) throw new Error(`It was resolved by ${answer.action ?? 'nothing'}.`);
      if (!isOpen) return;
      deed.apply();
      for (const one of model.reports) {
        if (one.message === found.message && one.action === null) Object.assign(one, { action, resolvedBy: me });
      }
    },
  });
};
