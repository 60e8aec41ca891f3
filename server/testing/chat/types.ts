import type { AnyTRPCRouter } from '@trpc/server';
import type { IncomingMessage } from 'node:http';
import type { Bus } from '../../bus/bus.js';
import type { ChatWebSocketsOptions } from '../../chat.js';
import type { ChatPlugin } from '../../extend/plugins/plugin.js';
import type { FrontLog, WebSockets } from '../../front/options.js';
import type { Clock } from '../../ports.js';
import type { ChatStore } from '../../store/port.js';
import type { Viewer } from '../../viewer.js';
import type { AnyEvent } from './collector.js';
import type { createRoot } from './root.js';

/** Any chat, as far as the kit uses it. */
export interface AnyChat {
  readonly router: AnyTRPCRouter;
  readonly ready: Promise<void>;
  readonly as: (userId: string) => unknown;
  readonly system: unknown;
  readonly events: { on(listener: (event: { readonly roomId: string; readonly seq: number }) => void): () => void };
  readonly plugins?: readonly ChatPlugin[];
  webSockets(options: ChatWebSocketsOptions): WebSockets;
  close(options?: { readonly drainMs?: number }): Promise<void>;
}

/** What `createChat` needs and a test does not care about; spread it into the options. */
export interface TestBase {
  readonly store: ChatStore;
  readonly bus: Bus;
  /** Whoever `client` or `token` was called for. */
  readonly viewer: (ctx: TestContext) => Viewer | null;
  readonly log: FrontLog;
  readonly ports: { readonly clock: Clock };
}

/** Who comes to the server, and with what request. */
export interface TestArrival {
  /** As `client` or `token` was given it; `null` for nobody. */
  readonly viewer: Viewer | null;
  readonly req: IncomingMessage;
}

/** The context when nothing else is made. */
export interface TestContext {
  readonly viewer: Viewer | null;
}

/** A chat inside a router of the host's own. */
export interface TestApp {
  readonly chat: AnyChat;
  readonly router: AnyTRPCRouter;
  /** Where the chat's router is in it. @default 'chat' */
  readonly path?: string;
  /** Makes the host's own context, which `createChat({ viewer })` then reads. @default `{ viewer }` */
  readonly createContext?: (arrival: TestArrival) => object | Promise<object>;
}

/** What can be tested. */
export type Testable = AnyChat | TestApp;

export type ChatOf<Made extends Testable> = Made extends { readonly chat: infer Chat extends AnyChat }
  ? Chat
  : Made extends AnyChat
    ? Made
    : never;

/** The root router that clients are typed by. */
export type RouterOf<Made extends Testable> = Made extends TestApp
  ? Made['router']
  : Made extends AnyChat
    ? ReturnType<typeof createRoot<Made['router']>>
    : never;

/** What the stream of a chat yields. */
export type StreamedBy<Chat extends AnyChat> = Chat['router']['_def']['record'] extends {
  readonly events: { readonly _def: { readonly $types: { readonly output: infer Stream } } };
}
  ? Stream extends AsyncIterable<infer Told>
    ? Told extends { readonly data: infer Event extends AnyEvent }
      ? Event
      : never
    : never
  : never;
