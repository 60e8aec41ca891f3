// A host that takes an order in one transaction with the chat and dies of it: node dying-shop.js <before|after> the commit.
// Its database and who is concerned are in the environment.
import { createChat, prismaStore } from '@confab/server';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaPg } from '@prisma/adapter-pg';

const { DATABASE_URL: url, PROVIDER: provider, ORDER_ID: orderId, BUYER: buyer, SELLER: seller } = process.env;
const [moment] = process.argv.slice(2);
const { PrismaClient } = await import(`../../server/dist/store/generated/${provider}/client.js`);

const store = prismaStore(
  provider === 'sqlite'
    ? {
        writer: open(new PrismaBetterSqlite3({ url, timeout: 0 })),
        reader: open(new PrismaBetterSqlite3({ url, timeout: 0 })),
      }
    : open(new PrismaPg({ connectionString: url })),
);
// The first to hear of it: nothing was told to anybody yet.
if (moment === 'after') store.onCommit(die);

const chat = createChat({ store, viewer: () => null });
await chat.transaction(async ({ tx, chat: inside }) => {
  await tx.$executeRaw`INSERT INTO shop_order (id) VALUES (${orderId})`;
  const room = await inside.as(buyer).room.create({ kind: 'group', name: orderId, members: [seller] });
  await inside.system.message.send({ roomId: room.id, content: `Order ${orderId}` });
  if (moment === 'before') die();
});

function open(adapter) {
  return new PrismaClient({ adapter });
}

function die() {
  process.kill(process.pid, 'SIGKILL');
}
