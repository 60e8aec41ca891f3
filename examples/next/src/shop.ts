import type { findUser, signUp } from './account.js';
import type { chat } from './chat.js';
import type { cookieOf, findSession, openSession } from './session.js';

/** What pages and routes use of the server they run in. */
export interface Shop {
  readonly chat: typeof chat;
  readonly signUp: typeof signUp;
  readonly findUser: typeof findUser;
  readonly openSession: typeof openSession;
  readonly cookieOf: typeof cookieOf;
  readonly findSession: typeof findSession;
  readonly answerCall: (req: Request) => Promise<Response>;
}

const host = globalThis as typeof globalThis & { shop?: Shop };

/** Next bundles pages and routes apart from the server, so they would get a second chat of their own by importing it. */
export function shop(): Shop {
  if (host.shop === undefined) throw new Error('Start this app with server.ts, which runs the chat.');
  return host.shop;
}

export function openShop(opened: Shop): void {
  host.shop = opened;
}
