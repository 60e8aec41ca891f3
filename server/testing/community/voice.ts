import { setTimeout as pause } from 'node:timers/promises';
import { ChatError } from '@confab/shared';
import type { Attachment, Message, UserProfile } from '@confab/shared';
import { TRPCError } from '@trpc/server';
import type { Chat, ChatCalls } from '../../chat.js';
import type { ChatStore, PlainSend } from '../../store/port.js';
import { systemIds } from '../../system.js';
import type { StoryClock } from './clock.js';

/** What somebody says to somebody or to something. */
export interface Saying {
  readonly content: string;
  readonly mentions?: string[];
  readonly replyToId?: string;
  readonly threadId?: string;
  readonly attachments?: (Pick<Attachment, 'url' | 'type' | 'mime'> & { readonly caption: string })[];
}

/** A plain message. */
export interface Line {
  readonly at: Date;
  readonly userId: string;
  readonly content: string;
  readonly clientId: string;
}

/** Something that somebody does at a moment, by the calls they are given. */
export interface Deed {
  readonly at: Date;
  readonly userId: string;
  readonly work: (me: ReturnType<ChatCalls['as']>) => Promise<unknown>;
}

export interface Fondness {
  readonly at: Date;
  readonly userId: string;
  readonly messageId: string;
  readonly emoji: string;
}

/** Has people do things in one room. */
export interface Voice {
  /** Says these in their order, as batches: that is the path of every plain message, without what leads to it. */
  sayAll(lines: readonly Line[]): Promise<readonly Message[]>;
  /** Does these one after the other through the chat's own calls, in one transaction. */
  doAll(deeds: readonly Deed[]): Promise<void>;
  reactAll(reactions: readonly Fondness[]): Promise<void>;
  /** Moves marks, by user. */
  readAll(at: Date, marks: ReadonlyMap<string, number>): Promise<void>;
}

interface VoiceOptions {
  readonly chat: Chat;
  readonly store: ChatStore;
  readonly clock: StoryClock;
  readonly roomId: string;
  readonly profiles: ReadonlyMap<string, UserProfile>;
}

export function createVoice({ chat, store, clock, roomId, profiles }: VoiceOptions): Voice {
  const { methods } = store;

  async function say({ at, userId, content, clientId }: Line, authzVersion: number): Promise<Message> {
    const message: PlainSend['message'] = {
      ...{ id: systemIds.next(), roomId, senderId: userId, content, format: 'text', attachments: [], custom: {} },
      ...{ clientId, bodyHash: clientId, createdAt: at },
    };
    const sender = profiles.get(userId) ?? { id: userId, name: null, image: null };
    const sent = await patiently(() => store.sendPlain({ message, sender, authzVersion }));
    if (sent.outcome === 'sent') return sent.message;
    // It was said by a try that nobody saw the end of.
    const first = await store.read((tx) => methods.findSent(tx, { roomId, senderId: userId, clientId }));
    if (first === null) throw new Error('somebody else changes the room that is being filled');
    return first.message;
  }

  return {
    async sayAll(lines) {
      const room = await store.read((tx) => methods.findRoom(tx, { roomId }));
      return Promise.all(lines.map((line) => say(line, room?.authzVersion ?? 0)));
    },
    async doAll(deeds) {
      if (deeds.length === 0) return;
      await patiently(() =>
        chat.transaction(async ({ chat: within }) => {
          for (const { at, userId, work } of deeds) await clock.at(at, () => work(within.as(userId)));
        }),
      );
    },
    async reactAll(reactions) {
      if (reactions.length === 0) return;
      const rules = { roomId, isOnlyOne: true, maxEmoji: 100, notification: null };
      await patiently(() =>
        store.write(async (tx) => {
          await tx.lock([roomId]);
          for (const one of reactions) await methods.reactToMessage(tx, { ...one, ...rules, actorId: one.userId });
        }),
      );
    },
    async readAll(at, marks) {
      await patiently(() =>
        store.write(async (tx) => {
          await tx.lock([roomId]);
          const members = await methods.membersAmong(tx, { roomId, userIds: [...marks.keys()] });
          const moves = [...members.values()].map((me) => {
            const seq = Math.max(me.readSeq, marks.get(me.userId) ?? 0);
            return { me, readSeq: seq, deliveredSeq: Math.max(me.deliveredSeq, seq) };
          });
          await methods.readMessages(tx, { moves, at });
        }),
      );
    },
  };
}

/** A busy machine may refuse for a while; nothing was done then, or it is done once. */
async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let left = 20; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left === 0 || !isPassing(error)) throw error;
      await pause(250);
    }
  }
}

/** Calls tell errors as tRPC's, transactions as they are. */
function isPassing(error: unknown): boolean {
  const cause = error instanceof TRPCError ? error.cause : error;
  return cause instanceof ChatError && cause.code === 'UNAVAILABLE';
}
