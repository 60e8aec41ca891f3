import assert from 'node:assert/strict';
import { personalRoom } from '../../events/log.js';
import type { ChatStore } from '../../store/port.js';
import { assertMatch } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, inRoom, later, makeRoom } from './bench.js';
import type { StoreBench } from './bench.js';
import { eventsOf, rowsOf } from './log-book.js';

function member(store: ChatStore, roomId: string, userId: string) {
  return store.read((tx) => store.methods.findMember(tx, { roomId, userId }));
}

function room(store: ChatStore, roomId: string) {
  return store.read((tx) => store.methods.findRoom(tx, { roomId }));
}

/** What the methods promise about how somebody stands in a room, and what they want of it. */
export const standingCases: SuiteGroup<StoreBench> = {
  name: 'standing in a room',
  cases: [
    {
      name: 'may be without a voice until a time, which fences and is told',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const until = later(60_000);
        const mute = { roomId, userId: bob, until, actorId: ann, at: later(1), takesRights: true };
        await inRoom(store, roomId, (tx) => store.methods.muteMember(tx, mute));
        assertMatch(await member(store, roomId, bob), { mutedUntil: until }, 'the muted');
        assertMatch(await member(store, roomId, ann), { mutedUntil: null }, 'the other');
        assertMatch(await room(store, roomId), { authzVersion: 1 }, 'the room');
        const data = { members: [{ userId: bob, mutedUntil: until }] };
        const event = (await eventsOf(store, roomId)).slice(1);
        assertMatch(event, [{ type: 'member.updated', seq: 2, actorId: ann, at: later(1), data }], 'the event');
      },
    },
    {
      name: 'gets its voice back, which fences nothing and is told',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const mute = { roomId, userId: bob, until: later(60_000), actorId: ann, at, takesRights: true };
        await inRoom(store, roomId, (tx) => store.methods.muteMember(tx, mute));
        const unmute = { ...mute, until: null, actorId: null, takesRights: false };
        await inRoom(store, roomId, (tx) => store.methods.muteMember(tx, unmute));
        assertMatch(await member(store, roomId, bob), { mutedUntil: null }, 'the member');
        assertMatch(await room(store, roomId), { authzVersion: 1 }, 'the room');
        const event = (await eventsOf(store, roomId)).at(-1);
        const data = { members: [{ userId: bob, mutedUntil: null }] };
        assertMatch(event, { type: 'member.updated', seq: 3, data }, 'the event');
      },
    },
    {
      name: 'rises to the owner’s, and the owner so far stays on as an admin',
      async run({ store, user }) {
        const [ann, bob, cy] = [user('ann'), user('bob'), user('cy')];
        const roomId = await makeRoom(store, [ann, bob, cy]);
        const { methods } = store;
        await inRoom(store, roomId, async (tx) => {
          const grants = new Map([bob, cy].map((userId) => [userId, ['message.pin'] as const]));
          await methods.setGrants(tx, { roomId, grants, actorId: ann, at, takesRights: false });
          await methods.makeOwner(tx, { roomId, userId: bob, formerId: ann, actorId: ann, at: later(7) });
        });
        assertMatch(await room(store, roomId), { ownerId: bob, updatedAt: later(7), authzVersion: 1 }, 'the room');
        assertMatch(await member(store, roomId, bob), { role: 'owner', permissions: [] }, 'the owner');
        assertMatch(await member(store, roomId, ann), { role: 'admin' }, 'the owner so far');
        assertMatch(await member(store, roomId, cy), { role: 'member', permissions: ['message.pin'] }, 'the other');
        const members = [
          { userId: bob, role: 'owner' },
          { userId: ann, role: 'admin' },
        ];
        const events = (await eventsOf(store, roomId)).slice(2);
        assertMatch(
          events,
          [
            { type: 'member.updated', seq: 3, actorId: ann, data: { members } },
            { type: 'room.updated', seq: 4, actorId: ann, data: { room: { ownerId: bob } } },
          ],
          'the events',
        );
      },
    },
    {
      name: 'rises to the owner’s where there was none, and only the heir is told of',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob], { ownerId: null });
        const succession = { roomId, userId: bob, formerId: null, actorId: null, at };
        await inRoom(store, roomId, (tx) => store.methods.makeOwner(tx, succession));
        assertMatch(await room(store, roomId), { ownerId: bob }, 'the room');
        const data = { members: [{ userId: bob, role: 'owner' }] };
        const event = (await eventsOf(store, roomId)).at(1);
        assertMatch(event, { type: 'member.updated', data }, 'the event');
      },
    },
    {
      name: 'comes with wishes of one’s own, of which only one’s own devices are told',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const preferences = { notify: 'mentions', archived: true, pinned: true } as const;
        const wish = { roomId, userId: bob, preferences, at: later(3) };
        await inRoom(store, roomId, (tx) => store.methods.setPreferences(tx, wish));
        assertMatch(await member(store, roomId, bob), preferences, 'who wished');
        const unset = { notify: 'all', archived: false, pinned: false };
        assertMatch(await member(store, roomId, ann), unset, 'who did not');
        const events = await eventsOf(store, personalRoom(bob));
        const told = { type: 'preferences.updated', seq: 1, actorId: bob, at: later(3) };
        assertMatch(events, [{ ...told, data: { roomId, ...preferences } }], 'what the devices were told');
        assert.equal((await rowsOf(store, roomId)).length, 1, 'the room was told');
        assert.equal((await rowsOf(store, personalRoom(ann))).length, 0, 'the other was told');
        assertMatch(await room(store, roomId), { authzVersion: 0 }, 'the room');
      },
    },
    {
      name: 'keeps the wishes that were not changed',
      async run({ store, user }) {
        const ann = user('ann');
        const [roomId, elsewhere] = [await makeRoom(store, [ann]), await makeRoom(store, [ann])];
        const wish = (preferences: Parameters<ChatStore['methods']['setPreferences']>[1]['preferences']) =>
          inRoom(store, roomId, (tx) => store.methods.setPreferences(tx, { roomId, userId: ann, preferences, at }));
        await wish({ notify: 'none', pinned: true });
        await wish({ archived: true });
        await wish({ pinned: false });
        const kept = { notify: 'none', archived: true, pinned: false };
        assertMatch(await member(store, roomId, ann), kept, 'the wishes');
        assertMatch(await member(store, elsewhere, ann), { notify: 'all', archived: false }, 'of another room');
        assert.equal((await rowsOf(store, personalRoom(ann))).length, 3);
      },
    },
  ],
};
