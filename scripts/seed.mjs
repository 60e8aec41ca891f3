// Fills a database with a community that talks: npm run seed [-- --users 200 --rooms 60 --messages 50000 --seed 1]
//
// The database is the one `npm start` opens: DATABASE_URL, or the SQLite file of this folder.
import { performance } from 'node:perf_hooks';
import cliProgress from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import { readConfig } from '../server/dist/cli/config.js';
import { migrate } from '../server/dist/cli/migrate.js';
import { openDatabase } from '../server/dist/cli/open-database.js';
import { seedCommunity } from '../server/dist/testing/index.js';

const count = (value) => {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('It has to be a whole number from 1.');
};
const counts = new Command('npm run seed --')
  .description('Fills the database of `npm start` (DATABASE_URL, or the SQLite file of this folder) with a community.')
  .option('--users <count>', 'from 10 to 528', count, 200)
  .option('--rooms <count>', 'up to 1,000', count, 60)
  .option('--messages <count>', 'those in threads among them', count, 50_000)
  .option('--seed <number>', 'another one tells another story, and adds to what is there', count, 1)
  .parse()
  .opts();

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
} catch (error) {
  // What was asked for and can't be made says so by itself; anything else is a fault, with its stack.
  if (!(error instanceof RangeError)) throw error;
  bar.stop();
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
} finally {
  bar.stop();
  await database.close();
}
