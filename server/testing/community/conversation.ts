import type { Message } from '@confab/shared';
import type { Prng } from '../simulator/prng.js';
import { changesTo, reactionsTo } from './aftermath.js';
import { shuffled } from './people.js';
import type { Scene } from './scene.js';
import type { Burst } from './timeline.js';
import type { Deed, Line, Saying } from './voice.js';
import { createWording } from './wording.js';
import type { Wording } from './wording.js';

interface ConversationOptions extends Omit<Scene, 'wording'> {
  readonly bursts: readonly Burst[];
  /** Told how many messages were said. */
  readonly said: (count: number) => void;
}

/** Plays all of a room's conversations in their order, and returns the last message. */
export async function converse({ bursts, said, ...given }: ConversationOptions): Promise<Message | undefined> {
  const scene: Scene = { ...given, wording: createWording(given.prng, given.room.topic) };
  let last: Message | undefined;
  let endedAt = 0;
  for (const { at, messages } of bursts) {
    const begin = Math.max(at.getTime(), endedAt);
    const plain = Math.ceil(messages * 0.96);
    const spoken = await talk(scene, begin, plain);
    last = spoken.at(-1) ?? last;
    const after = (last?.createdAt.getTime() ?? begin) + 5_000;
    await scene.voice.reactAll(reactionsTo(scene, spoken, after));
    const deeds = [...answersTo(scene, spoken, after, messages - plain), ...changesTo(scene, spoken, after)];
    await scene.voice.doAll(deeds);
    endedAt = deeds.reduce((end, deed) => Math.max(end, deed.at.getTime()), after);
    said(messages);
  }
  return last;
}

/** A few people say so many things, each some seconds after the last. */
function talk({ prng, room, voice, wording }: Scene, begin: number, count: number): Promise<readonly Message[]> {
  const present = shuffled(prng, room.userIds.slice(0, room.speakers)).slice(0, prng.between(2, 6));
  let now = begin;
  const lines = Array.from({ length: count }, (_, index): Line => {
    now += prng.between(4, 150) * 1_000;
    const content = index === 0 ? opening(prng, wording) : following(prng, wording);
    return { at: new Date(now), userId: prng.pick(present) ?? '', content, clientId: idOf(prng) };
  });
  return voice.sayAll(lines);
}

/** What is said to somebody or to something: quotes, names, threads, pictures. */
function answersTo({ prng, room, roomId, wording }: Scene, spoken: readonly Message[], after: number, count: number) {
  let now = after;
  const root = prng.pick(spoken);
  return Array.from({ length: count }, (): Deed => {
    now += prng.between(5, 300) * 1_000;
    const userId = prng.pick(room.userIds.slice(0, Math.min(room.speakers, 8))) ?? '';
    const saying = answer(prng, wording, prng.pick(spoken), root);
    return { at: new Date(now), userId, work: (me) => me.message.send({ roomId, ...saying }) };
  });
}

function answer(prng: Prng, wording: Wording, message: Message | undefined, root: Message | undefined): Saying {
  const content = following(prng, wording);
  const kind = prng.next();
  if (message === undefined || root === undefined) return { content };
  if (kind < 0.4) return { content, threadId: root.id };
  if (kind < 0.7) return { content, replyToId: message.id };
  if (kind < 0.9) return { content: `@${message.senderId} ${content}`, mentions: [message.senderId] };
  return { content: 'Like this:', attachments: [picture(prng)] };
}

function opening(prng: Prng, wording: Wording): string {
  return prng.chance(0.4) ? wording.question() : wording.remark();
}

function following(prng: Prng, { reply, answer, remark }: Wording): string {
  return prng.pick([reply, answer, remark])?.() ?? '';
}

function picture(prng: Prng) {
  const number = prng.between(1, 999);
  const url = `https://example.com/pictures/${number}.jpg`;
  return { url, type: 'image' as const, mime: 'image/jpeg', caption: `Picture ${number}` };
}

/** 26 characters: one of many more than there are messages. */
function idOf(prng: Prng): string {
  return Array.from({ length: 26 }, () => prng.below(36).toString(36)).join('');
}
