import { randomUUID } from 'node:crypto';
import { createChat } from '@confab/server';
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { person, refusalOf } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { host, rootOf, serveHost } from './host-server.js';
import { viewer } from './served-chat.js';
import type { HostContext } from './served-chat.js';

const custom = {
  room: z.object({ project: z.string().default('none') }),
  member: z.object({ title: z.string().default('novice') }),
};

eachDatabase((database) => {
  const open = async () => {
    const chat = createChat({ store: await database.store(), viewer: (ctx: HostContext) => viewer(ctx), custom });
    const { procedures } = chat;
    const root = rootOf(chat.router, {
      whoAmI: host.procedure.concat(procedures.viewer).query(({ ctx }) => ({
        ...{ user: ctx.chat.user, hostId: ctx.userId, isSystem: ctx.chat.isSystem },
        isOnSocket: ctx.chat.connectionId !== null,
      })),
      look: host.procedure.concat(procedures.room).query(({ ctx }) => ({ name: ctx.room.name, me: ctx.member?.role })),
      summary: host.procedure
        .concat(procedures.member)
        .input(z.object({ words: z.int().max(50).default(10) }))
        .query(({ ctx, input }) => {
          expectTypeOf(ctx.room.custom).toEqualTypeOf<{ project: string }>();
          expectTypeOf(ctx.member.custom).toEqualTypeOf<{ title: string }>();
          const { room, member } = ctx;
          return `${room.custom.project} for a ${member.custom.title} (${member.role}), ${input.words} words`;
        }),
      report: host.procedure.concat(procedures.moderator).query(({ ctx }) => ctx.room.memberCount),
      broadcast: host.procedure.concat(procedures.can('message.send')).mutation(async ({ ctx, input }) => {
        const { allowed } = await ctx.chat.can('room.update', { roomId: input.roomId });
        const message = await chat.as(ctx.chat.user.id).message.send({ roomId: input.roomId, content: 'to all' });
        return { allowed, seq: message.seq };
      }),
    });
    return { chat, served: await serveHost(chat, root) };
  };
  let app: Awaited<ReturnType<typeof open>>;

  beforeAll(async () => {
    app = await open();
  });
  afterAll(() => app.served[Symbol.asyncDispose]());

  const users = () => [person('ann').id, person('ben').id, person('eve').id] as const;
  const makeRoom = (owner: string, members: string[], visibility: 'private' | 'public' = 'private') =>
    app.chat.as(owner).room.create({
      ...{ kind: 'channel', name: 'News', members, visibility },
      custom: { project: 'moon' },
    });

  test('one for users knows who calls, beside the host’s own context', async () => {
    const [ann] = users();
    const profile = { id: ann, name: 'ann', image: null };
    const common = { user: profile, hostId: ann, isSystem: false };
    expect(await app.served.overSocket(ann).whoAmI.query()).toEqual({ ...common, isOnSocket: true });
    expect(await app.served.overHttp(ann).whoAmI.query()).toEqual({ ...common, isOnSocket: false });
    expect(await refusalOf(app.served.overSocket(null).whoAmI.query())).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('one for members has the room and the member with all that is the host’s own in them', async () => {
    const [ann, ben] = users();
    const { id: roomId } = await makeRoom(ann, [ben]);
    expect(await app.served.overSocket(ann).summary.query({ roomId })).toBe('moon for a novice (owner), 10 words');
    expect(await app.served.overHttp(ben).summary.query({ roomId, words: 3 })).toBe(
      'moon for a novice (member), 3 words',
    );
  });

  test('one for members is NOT_FOUND to strangers, exactly as if there were no such room', async () => {
    const [ann, , eve] = users();
    const { id: roomId } = await makeRoom(ann, []);
    const there = await refusalOf(app.served.overSocket(eve).summary.query({ roomId }));
    const nowhere = await refusalOf(app.served.overSocket(eve).summary.query({ roomId: randomUUID() }));
    expect(there).toMatchObject({ code: 'NOT_FOUND', status: 4_004 });
    expect(there).toEqual(nowhere);
  });

  test('one for those who see the room lets strangers into a public one, as nobody’s member', async () => {
    const [ann, , eve] = users();
    const { id: roomId } = await makeRoom(ann, [], 'public');
    expect(await app.served.overSocket(eve).look.query({ roomId })).toEqual({ name: 'News', me: undefined });
    expect(await refusalOf(app.served.overSocket(eve).summary.query({ roomId }))).toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  });

  test('one for moderators takes admins and those with the grant', async () => {
    const [ann, ben] = users();
    const { id: roomId } = await makeRoom(ann, [ben]);
    const report = () => app.served.overSocket(ben).report.query({ roomId });
    expect(await refusalOf(report())).toMatchObject({ code: 'PERMISSION_DENIED' });
    await app.chat.as(ann).room.grant({ roomId, userIds: [ben], permissions: ['message.moderate'] });
    expect(await report()).toBe(2);
    expect(await app.served.overSocket(ann).report.query({ roomId })).toBe(2);
  });

  test('one for an action asks the table for it, and may ask it for more', async () => {
    const [ann, ben] = users();
    const { id: roomId } = await makeRoom(ann, [ben]);
    expect(await app.served.overSocket(ann).broadcast.mutate({ roomId })).toEqual({ allowed: true, seq: 2 });
    const refused = app.served.overSocket(ben).broadcast.mutate({ roomId });
    expect(await refusalOf(refused)).toMatchObject({ code: 'PERMISSION_DENIED' });
    await app.chat.as(ann).room.grant({ roomId, userIds: [ben], permissions: ['message.send'] });
    expect(await app.served.overSocket(ben).broadcast.mutate({ roomId })).toEqual({ allowed: false, seq: 4 });
  });

  test('a malformed room id and a wrong input of its own are VALIDATION', async () => {
    const [ann] = users();
    const { id: roomId } = await makeRoom(ann, []);
    const client = app.served.overSocket(ann);
    expect(await refusalOf(client.summary.query({ roomId: 'moon' }))).toMatchObject({
      ...{ code: 'VALIDATION', details: { issues: [{ path: 'roomId' }] } },
    });
    expect(await refusalOf(client.summary.query({ roomId, words: 51 }))).toMatchObject({
      ...{ code: 'VALIDATION', details: { issues: [{ path: 'words' }] } },
    });
  });
});
