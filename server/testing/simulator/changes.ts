import type { MessageState } from '@confab/shared';
import type { Device } from './device.js';
import type { Stage } from './stage.js';
import { unique } from './stage.js';

/** Someone makes a room, joins one, leaves one, or deletes one. */
export function changeMembership(stage: Stage): void {
  const { database, now, tally, users } = stage;
  const { chance, pick } = stage.prng;
  const user = stage.anyUser();
  if (chance(0.1)) {
    const others = users.filter(() => chance(0.4));
    return stage.write(database.createRoom([user, ...others].filter(unique), now));
  }
  const room = pick([...database.rooms.values()].filter(({ id, isDeleted }) => !isDeleted && !id.startsWith('u:')));
  if (room === undefined) return;
  if (chance(0.03)) {
    tally.faults.roomDeleted += 1;
    return stage.write(database.deleteRoom(room.id, now));
  }
  if (database.isMember(user, room.id)) {
    if (chance(0.5)) return;
    tally.faults.removal += 1;
    return stage.write(database.removeMember(room.id, user, now));
  }
  const others = users.filter((other) => chance(0.15) && !database.isMember(other, room.id));
  if (room.members.has(user)) tally.faults.rejoin += 1;
  stage.write(database.addMembers(room.id, [user, ...others].filter(unique), now));
}

/** A message is deleted, hidden, edited or reacted to. */
export function changeMessage(stage: Stage): void {
  const { database, now, step } = stage;
  const { pick, next } = stage.prng;
  const room = pick([...database.rooms.values()].filter(({ isDeleted }) => !isDeleted));
  const message = pick(room?.messages.filter(({ deletedAt }) => deletedAt === null) ?? []);
  if (message === undefined) return;
  const choice = next();
  if (choice < 0.35) stage.write(database.deleteMessage(message.id, step, now));
  else if (choice < 0.6) hide(stage, message);
  else if (choice < 0.8) stage.write(database.edit(message.id, now));
  else stage.write(database.react(message.id, stage.anyUser(), now));
}

function hide({ database, now, prng, tally, write }: Stage, { id, roomId }: MessageState): void {
  const userId = prng.pick(database.membersOf(roomId));
  if (userId === undefined) return;
  tally.effects.hides += 1;
  write(database.hide(roomId, id, userId, now));
}

/** Now and then so much that a device which is away is told only that there was too much. */
export function notify(stage: Stage): void {
  const user = stage.anyUser();
  for (let left = stage.prng.pick([1, 1, 2, 6]) ?? 1; left > 0; left -= 1) {
    stage.write(stage.database.notify(user, stage.now));
  }
}

/** Someone types. */
export function type({ database, now, prng }: Stage, device: Device): void {
  const roomId = prng.pick(device.client.roomIds);
  const { connection, userId } = device;
  if (connection === undefined || roomId === undefined || !database.isMember(userId, roomId)) return;
  const event = { type: 'typing', at: now, roomId, actorId: userId, data: { userId, typing: true } } as const;
  connection.node.streams.announce({ roomId, except: userId }, event);
}
