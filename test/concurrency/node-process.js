// One of several servers on one database, without its sockets: does the calls it is sent, all of a round at once.
import { createChat, prismaStore } from '@confab/server';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../../server/dist/store/generated/postgresql/client.js';

const client = new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL, max: 5 }) });
const chat = createChat({
  store: prismaStore(client),
  viewer: () => null,
  settings: { limits: { sends: false, mutations: false } },
});
await chat.ready;

process.on('message', async ({ round, calls }) => {
  const outcomes = await Promise.all(calls.map(perform));
  process.send({ round, outcomes });
});
process.on('disconnect', async () => {
  await chat.close();
  await client.$disconnect();
});
process.send('ready');

/** As a careful client does: what was not done for a passing reason is done again. */
async function perform(call) {
  for (let left = 5; ; left -= 1) {
    const outcome = await attempt(call);
    if (outcome.code !== 'UNAVAILABLE' || left === 0) return outcome;
  }
}

async function attempt({ as, path, input }) {
  let place = as === null ? chat.system : chat.as(as);
  for (const name of path.split('.')) place = place[name];
  try {
    return { answer: JSON.parse(JSON.stringify(await place(input))) };
  } catch (error) {
    return { code: error.cause?.code ?? error.code ?? 'UNKNOWN', message: String(error.cause ?? error) };
  }
}
