// Fills a database with a community that talks: npm run seed [-- --users 200 --rooms 60 --messages 50000 --seed 1]
//
// The database is the one `npm start` opens: DATABASE_URL, or the SQLite file of this folder.
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import cliProgress from 'cli-progress';
import { readConfig } from '../server/dist/cli/config.js';
import { migrate } from '../server/dist/cli/migrate.js';
import { openDatabase } from '../server/dist/cli/open-database.js';
import { seedCommunity } from '../server/dist/testing/index.js';

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '200' },
    rooms: { type: 'string', default: '60' },
    messages: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '1' },
  },
});
const counts = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, countIn(name, value)]));

const config = readConfig(process.env);
await migrate(config);
const database = await openDatabase(config.database, (error) => console.error(error));
const began = performance.now();
const bar = new cliProgress.SingleBar({
  format: '{bar} {percentage}% | {value} of {total} messages | {duration_formatted}',
  noTTYOutput: true,
  notTTYSchedule: 5_000,
});
bar.start(counts.messages, 0);
try {
  const { users, rooms, messages } = await seedCommunity({
    store: database.store,
    ...counts,
    onMessages: (count) => bar.increment(count),
  });
  bar.stop();
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  console.log(`${users.length} people, ${rooms} rooms, ${messages} messages in ${seconds} s.`);
  console.log(
    `Start with \`npm start\` and log in as one of them: ${users
      .slice(0, 4)
      .map(({ name }) => name)
      .join(', ')}.`,
  );
} finally {
  bar.stop();
  await database.close();
}

function countIn(name, value) {
  const count = Number(value);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  console.error(`--${name}: a whole number from 1.`);
  process.exit(2);
}
