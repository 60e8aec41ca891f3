import { createChat } from '@confab/server';
import type { ChatStore, Viewer } from '@confab/server';
import { grants } from '@confab/shared';
import type { MemberFacts, Message, RoomFacts, Situation } from '@confab/shared';

/** Everybody there is, seen from a room. */
export const actors = [
  'owner',
  'admin',
  'member',
  'granted',
  'muted',
  'banned',
  'exMember',
  'stranger',
  'anonymous',
] as const;
export type Actor = (typeof actors)[number];

/** Rooms that rules tell apart. */
export const roomKinds = {
  direct: { kind: 'direct', visibility: 'private', joinPolicy: 'invite', locked: false },
  'private group': { kind: 'group', visibility: 'private', joinPolicy: 'invite', locked: false },
  'locked group': { kind: 'group', visibility: 'private', joinPolicy: 'invite', locked: true },
  'public group': { kind: 'group', visibility: 'public', joinPolicy: 'request', locked: false },
  'private channel': { kind: 'channel', visibility: 'private', joinPolicy: 'invite', locked: false },
  'public channel': { kind: 'channel', visibility: 'public', joinPolicy: 'open', locked: false },
} as const satisfies Readonly<Record<string, RoomFacts>>;
export type RoomName = keyof typeof roomKinds;

/** A chat that has every procedure there is. */
export function createMatrixChat(store: ChatStore) {
  return createChat({
    store,
    viewer: (): Viewer | null => null,
    uploads: { sign: ({ name }) => ({ url: `https://uploads.example/${name}` }) },
    settings: { limits: { streams: 1_000 } },
  });
}
export type MatrixChat = ReturnType<typeof createMatrixChat>;

/** A room with one of each, and things of each kind in it. */
export interface World {
  readonly name: RoomName;
  readonly chat: MatrixChat;
  readonly roomId: string;
  /** A plain member whom things are done to. */
  readonly target: string;
  /** Said by the target. */
  readonly theirs: string;
  readonly seq: number;
  /** Said by the actor while they could. */
  readonly own: (actor: Actor) => string;
  readonly invite: { readonly id: string; readonly token: string };
  /** An invite that was made for the stranger. */
  readonly invitationId: string;
  /** Waits to be let in. */
  readonly applicant: string;
  /** The target's, of something said by somebody else. */
  readonly reportId: string;
}

const inRoom = ['owner', 'admin', 'member', 'granted', 'muted', 'banned', 'exMember', 'target'] as const;

/** In a direct room there are two, who rank alike: the actor and the target. */
export function actorsIn(name: RoomName): readonly Actor[] {
  return name === 'direct' ? ['member', 'stranger', 'anonymous'] : actors;
}

/** What the table is told of an actor. */
export function situationOf(name: RoomName, actor: Actor, isSender: boolean): Situation {
  return { room: roomKinds[name], me: standing(actor), now: new Date(), isSender, isBanned: actor === 'banned' };
}

function standing(actor: Actor): MemberFacts | null {
  const plain: MemberFacts = { role: 'member', permissions: [], mutedUntil: null };
  switch (actor) {
    case 'owner':
    case 'admin':
      return { ...plain, role: actor };
    case 'member':
      return plain;
    case 'granted':
      return { ...plain, permissions: grants };
    case 'muted':
      return { ...plain, mutedUntil: new Date(Date.now() + 3_600_000) };
    case 'banned':
    case 'exMember':
    case 'stranger':
    case 'anonymous':
      return null;
  }
}

export async function createWorld(chat: MatrixChat, name: RoomName): Promise<World> {
  return name === 'direct' ? createDirect(chat) : createGroup(chat, name);
}

async function createDirect(chat: MatrixChat): Promise<World> {
  const member = chat.as('member');
  const { id: roomId } = await member.room.create({ kind: 'direct', members: ['target'] });
  const mine = await member.message.send({ roomId, content: 'mine' });
  const theirs = await chat.as('target').message.send({ roomId, content: 'theirs' });
  const reportId = await furnish(chat, theirs, mine.id);
  return {
    ...{ reportId, invitationId: mine.id },
    ...{ name: 'direct', chat, roomId, target: 'target', theirs: theirs.id, seq: theirs.seq, own: () => mine.id },
    ...{ invite: { id: mine.id, token: 'there-are-no-invites-to-direct-rooms-x' }, applicant: 'applicant' },
  };
}

async function createGroup(chat: MatrixChat, name: Exclude<RoomName, 'direct'>): Promise<World> {
  const { kind, locked, visibility, joinPolicy } = roomKinds[name];
  const owner = chat.as('owner');
  const { id: roomId } = await owner.room.create({
    ...{ kind, name, members: inRoom.slice(1), visibility: 'public', joinPolicy: 'request' },
  });
  await chat.as('applicant').room.join({ roomId });
  const everybody = inRoom.slice(1);
  await owner.room.grant({ roomId, userIds: [...everybody], permissions: ['message.send'] });
  const said = new Map<string, { readonly id: string; readonly seq: number }>();
  for (const userId of inRoom) said.set(userId, await chat.as(userId).message.send({ roomId, content: userId }));
  const theirs = said.get('target') ?? { id: '', seq: 0 };
  const reportId = await furnish(chat, { ...theirs, roomId }, said.get('owner')?.id ?? '');
  await owner.room.revoke({ roomId, userIds: [...everybody], permissions: ['message.send'] });

  await owner.room.setRole({ roomId, userIds: ['admin'], role: 'admin' });
  await owner.room.grant({ roomId, userIds: ['granted'], permissions: [...grants] });
  await owner.room.mute({ roomId, userId: 'muted' });
  await owner.room.ban({ roomId, userId: 'banned' });
  await chat.as('exMember').room.leave({ roomId });
  const invite = await owner.room.createInvite({ roomId });
  const { id: invitationId } = await owner.room.createInvite({ roomId, userId: 'stranger' });
  await owner.room.update({ roomId, locked, visibility, joinPolicy });
  return {
    ...{ reportId, invitationId },
    ...{ name, chat, roomId, target: 'target', theirs: theirs.id, seq: theirs.seq, invite, applicant: 'applicant' },
    own: (actor) => said.get(actor)?.id ?? theirs.id,
  };
}

/** A thread under what the target said, and a report by the target. */
async function furnish(chat: MatrixChat, theirs: Pick<Message, 'id' | 'roomId'>, reported: string): Promise<string> {
  const target = chat.as('target');
  await target.message.send({ roomId: theirs.roomId, threadId: theirs.id, content: 'more of it' });
  return (await target.report.create({ messageId: reported, reason: 'rude' })).id;
}
