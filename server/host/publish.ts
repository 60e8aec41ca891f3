import { publish as log } from '../extend/plugins/create-plugin-kit.js';
import { checkTarget } from '../extend/plugins/event-target.js';
import type { EventTarget } from '../extend/plugins/plugin-kit.js';
import { enter } from '../policy/enter.js';
import type { HostCall } from './host-call.js';

/** Makes `publish`, within the store of a call. */
export function createPublish({ op, ready }: HostCall) {
  return async (news: { readonly to: EventTarget; readonly type: string; readonly data: unknown }): Promise<void> => {
    await ready;
    const to = checkTarget(news.to);
    await op.store.write(async (tx) => {
      // The system may act in any room that is there; one that is not is `NOT_FOUND`.
      if ('roomId' in to) await enter(op, tx, 'room.get', to.roomId);
      await log(op, tx, to, news.type, news.data);
    });
  };
}
