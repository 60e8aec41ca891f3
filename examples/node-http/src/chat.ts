import { createChat, prismaStore } from '@confab/server';
import { chatClients, prisma } from './database.js';
import type { Context } from './trpc.js';

export const chat = createChat({
  store: prismaStore(chatClients),
  viewer: ({ session }: Context) =>
    session && { id: session.userId, name: session.user.name, expiresAt: session.expiresAt, sessionId: session.id },
  users: {
    load: (ids) => prisma.user.findMany({ where: { id: { in: [...ids] } }, select: { id: true, name: true } }),
  },
});
