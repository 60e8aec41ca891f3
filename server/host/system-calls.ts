import type { EventTarget } from '../extend/plugins/plugin-kit.js';
import type { PlainShape, Shape } from '../extend/types/shape.js';
import type { ChatCaller } from '../router/index.js';
import type { SystemDeliveryCalls } from './delivery-calls.js';
import type { SystemRoomCalls } from './room-calls.js';
import type { SystemSessionCalls } from './session-calls.js';
import type { SystemUserCalls } from './user-calls.js';

/** An event of the host's own, and whom it is for. */
export interface OwnNews<S extends Shape, Type extends S['events']['type']> {
  readonly to: EventTarget;
  readonly type: Type;
  readonly data: Type extends keyof S['published'] ? S['published'][Type] : never;
}

/** What only the host itself can do. Each noun has a file of its own beside this one. */
export interface SystemCalls<S extends Shape = PlainShape> {
  /**
   * Tells the members of a room, or one person, of an event of the host's own. It is durable and has its place in the
   * log like any other. Facts that don't fit the declared schema are `VALIDATION`.
   */
  publish<Type extends S['events']['type']>(news: OwnNews<S, Type>): Promise<void>;
  readonly user: SystemUserCalls<ChatCaller<S>>;
  readonly room: SystemRoomCalls;
  readonly session: SystemSessionCalls;
  readonly deliveries: SystemDeliveryCalls;
}
