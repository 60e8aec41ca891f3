// A node that dies with a push on its way: node dying-node.js <enqueued|delivering>. Its database is in the environment.
import { setInterval } from 'node:timers';
import { createChat, prismaStore } from '@confab/server';
import { PrismaPg } from '@prisma/adapter-pg';

const { DATABASE_URL: url } = process.env;
const [moment] = process.argv.slice(2);
const { PrismaClient } = await import('../../server/dist/store/generated/postgresql/client.js');

const client = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) });
const store = prismaStore(client, { override: moment === 'enqueued' ? { claimDeliveries: () => die } : {} });
const chat = createChat({ store, viewer: () => null, push: { deliver: die } });

await chat.as(`bob-${moment}`).push.subscribe({ registration: `phone of ${moment}` });
const { id: roomId } = await chat.as('ada').room.create({ kind: 'group', name: moment, members: [`bob-${moment}`] });
await chat.as('ada').message.send({ roomId, content: moment });
// It waits for its death, as a server would.
setInterval(() => undefined, 1_000);

function die() {
  process.kill(process.pid, 'SIGKILL');
}
