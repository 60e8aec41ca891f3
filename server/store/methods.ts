import type { deliveryMethods } from './deliveries/index.js';
import type { draftMethods } from './drafts/index.js';
import type { erasureMethods } from './erasure/index.js';
import type { messageMethods } from './messages/index.js';
import type { reportMethods } from './reports/index.js';
import type { roomMethods } from './rooms/index.js';
import type { scheduledMethods } from './scheduled/index.js';
import type { threadMethods } from './threads/index.js';
import type { userMethods } from './users/index.js';

/** The store's methods by noun, as functions of a transaction and an input. */
export type StoreMethods = typeof messageMethods &
  typeof roomMethods &
  typeof reportMethods &
  typeof threadMethods &
  typeof userMethods &
  typeof erasureMethods &
  typeof draftMethods &
  typeof scheduledMethods &
  typeof deliveryMethods;
