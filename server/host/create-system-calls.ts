import { createDeliveryCalls } from './delivery-calls.js';
import type { HostCall } from './host-call.js';
import { createPublish } from './publish.js';
import { createRoomCalls } from './room-calls.js';
import { createSessionCalls } from './session-calls.js';
import { createUserCalls } from './user-calls.js';

/** What `chat.system` has beside the procedures. A new noun gets a line here and one in `SystemCalls`. */
export function createSystemCalls(call: HostCall) {
  return {
    publish: createPublish(call),
    user: createUserCalls(call),
    room: createRoomCalls(call),
    session: createSessionCalls(call),
    deliveries: createDeliveryCalls(call),
  };
}
