import { exportCopies, exportFromRoom, exportHanging, exportOwn } from './export.js';
import {
  eraseEmoji,
  eraseMembership,
  eraseMentions,
  erasePersonalLog,
  eraseReactions,
  eraseReceipts,
  everRoomsOf,
} from './marks.js';
import { authoredIn, copiesOf, eraseMessages, eraseRemoved, eraseReportsAbout, eraseTraces } from './messages.js';
import { expireMessages, roomsWithRetention, setRetention } from './retention.js';
import { eraseOwnRows, eraseRemarks, markErased } from './rows.js';

/** What is read, and what is taken away for good, of one user or of old age. */
export const erasureMethods = {
  exportOwn,
  exportFromRoom,
  exportHanging,
  exportCopies,
  markErased,
  eraseOwnRows,
  eraseRemarks,
  everRoomsOf,
  authoredIn,
  copiesOf,
  eraseMessages,
  eraseTraces,
  eraseRemoved,
  eraseReportsAbout,
  eraseReactions,
  eraseMentions,
  eraseReceipts,
  eraseMembership,
  eraseEmoji,
  erasePersonalLog,
  setRetention,
  roomsWithRetention,
  expireMessages,
} as const;
