import { findEvents, holdConsumer, laggingShards, moveConsumer, readShard, startConsumer } from './consumers.js';
import { discardDelivery, listDeliveries, retryDelivery } from './dead-letters.js';
import { pushPeople } from './push-people.js';
import { pushCandidates, pushCandidatesAfter, pushedMessages, pushSubjects } from './push-subjects.js';
import { claimDeliveries, enqueueDeliveries, hasDueDelivery, pruneDeliveries, settleDeliveries } from './queue.js';
import { dropSubscriptions, findSubscriptions, subscribePush, unsubscribePush } from './subscriptions.js';

/** What is kept of what is on its way out of the chat: to devices that are not connected, and to other services. */
export const deliveryMethods = {
  subscribePush,
  unsubscribePush,
  dropSubscriptions,
  findSubscriptions,
  startConsumer,
  laggingShards,
  holdConsumer,
  moveConsumer,
  readShard,
  findEvents,
  pushSubjects,
  pushCandidates,
  pushCandidatesAfter,
  pushPeople,
  pushedMessages,
  enqueueDeliveries,
  hasDueDelivery,
  claimDeliveries,
  settleDeliveries,
  pruneDeliveries,
  listDeliveries,
  retryDelivery,
  discardDelivery,
} as const;

export type { ConsumerPlace, ShardPiece } from './consumers.js';
export type { PushAsk, PushPeople } from './push-people.js';
export type { PushCandidate, PushSubject } from './push-subjects.js';
export type { ClaimedDelivery, DeliveryKind, DeliveryRow, DeliveryState, NewDelivery, Settlement } from './queue.js';
export type { PushSubscriptionRow } from './subscriptions.js';
