import type { ModelDisturbance } from '../model.js';
import type { Move } from '../step.js';
import { shortOf, step } from '../step.js';

/** Marks what was aimed at one as seen; what is not one's own is passed over. */
export const ackNotices: Move = (model, dice) => {
  const me = dice.one(model.users);
  const other = dice.rarely(4) ? dice.one(model.users) : me;
  const known = (model.notices.get(other) ?? []).filter(({ id }) => id !== null);
  const seen = [dice.pick(known), dice.pick(known.slice(-2))].flatMap((notice) => notice ?? []);
  if (seen.length === 0) return undefined;
  const ids = seen.flatMap(({ id }) => id ?? []);
  return step({
    by: me,
    says: `has seen ${ids.length} of what was aimed at ${shortOf(other)}`,
    refusal: undefined,
    call: (api) => api.notification.ack({ ids }),
    apply() {
      if (other === me) for (const notice of seen) notice.isAcked = true;
    },
  });
};

/** Says how one wants to be disturbed, which is to say pushed to: what is kept goes by the rooms alone. */
export const setDisturbance: Move = (model, dice) => {
  const me = dice.one(model.users);
  const until = { until: new Date(model.now + 40_000) };
  const night = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' };
  const set = dice.one<
    Pick<ModelDisturbance, 'notify'> | { readonly doNotDisturb: typeof until | typeof night | null }
  >([
    { notify: 'none' },
    { notify: 'mentions' },
    { notify: 'all' },
    { doNotDisturb: until },
    { doNotDisturb: night },
    { doNotDisturb: null },
  ]);
  const before = model.disturbanceOf(me);
  const after = { ...before, ...set };
  return step({
    by: me,
    says: `wants to be disturbed by ${JSON.stringify(set)}`,
    refusal: undefined,
    call: (api) => api.notification.setPreferences(set),
    apply() {
      model.disturbances.set(me, after);
      if (JSON.stringify(after) !== JSON.stringify(before)) model.tell(me, 'notifications.updated');
    },
  });
};
