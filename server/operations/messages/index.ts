import { deletion } from './delete.js';
import { edit } from './edit.js';
import { forward } from './forward.js';
import { get, list } from './history.js';
import { ack, read } from './marks.js';
import { ack as ackNotifications, list as listNotifications, pending, unread } from './notifications.js';
import { preferences, setPreferences } from '../notifications/preferences.js';
import { pin, pins, unpin } from './pins.js';
import { react, unreact } from './react.js';
import { receipts } from './receipts.js';
import { search } from './search.js';
import { send } from './send.js';
import { typing } from './typing.js';
import { versions } from './versions.js';

/** Everything a user does with messages. */
export const messageOperations = {
  send,
  edit,
  delete: deletion,
  react,
  unreact,
  ack,
  read,
  list,
  get,
  receipts,
  typing,
  versions,
  forward,
  pin,
  unpin,
  pins,
  search,
} as const;

/** What waits for a user. */
export const notificationOperations = {
  pending,
  unread,
  list: listNotifications,
  ack: ackNotifications,
  preferences,
  setPreferences,
} as const;
