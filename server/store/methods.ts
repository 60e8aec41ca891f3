import type { messageMethods } from './messages/index.js';
import type { roomMethods } from './rooms/index.js';
import type { userMethods } from './users/index.js';

/** The store's methods by noun, as functions of a transaction and an input. */
export type StoreMethods = typeof messageMethods & typeof roomMethods & typeof userMethods;
