import { lastMessages, pendingNotifications, roomCounts, unreadOf } from './counts.js';
import { deleteMessages, hideMessages } from './delete.js';
import {
  findMessage,
  findSent,
  isHidden,
  lastSentAt,
  locateMessages,
  membersAmong,
  membershipsOf,
  presentMessages,
  seenMessages,
} from './find.js';
import { listMessages } from './history.js';
import { ackMessages, listReceipts, readMessages, sendersBetween } from './marks.js';
import { ackNotifications, listNotifications, notify } from './notifications.js';
import { listPins, pinMessage } from './pins.js';
import { reactToMessage, reactionsOf, unreactToMessage } from './react.js';
import { findSearchFault, searchMessages } from '../search/search.js';
import { editMessage, sendMessage } from './send.js';
import { listVersions } from './versions.js';

/** What is kept of messages, marks, reactions and what is aimed at people. */
export const messageMethods = {
  findMessage,
  locateMessages,
  findSent,
  lastSentAt,
  membershipsOf,
  membersAmong,
  isHidden,
  presentMessages,
  seenMessages,
  sendMessage,
  editMessage,
  listVersions,
  pinMessage,
  listPins,
  findSearchFault,
  searchMessages,
  deleteMessages,
  hideMessages,
  reactToMessage,
  unreactToMessage,
  reactionsOf,
  ackMessages,
  readMessages,
  sendersBetween,
  listReceipts,
  listMessages,
  unreadOf,
  pendingNotifications,
  roomCounts,
  lastMessages,
  notify,
  ackNotifications,
  listNotifications,
} as const;
