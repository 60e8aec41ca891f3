import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { raisedSettings } from './servers/launch.js';
import { deliveries } from './suites/deliveries.js';
import { idleMemory } from './suites/idle-memory.js';
import { databases, fullScale, print, smokeScale } from './suites/rounds.js';
import type { Line } from './suites/rounds.js';
import { sends } from './suites/sends.js';

const { values } = parseArgs({ options: { smoke: { type: 'boolean' }, only: { type: 'string' } } });
const scale = values.smoke === true ? smokeScale : fullScale;
const [cpu] = cpus();

const suites: readonly (readonly [string, () => Promise<Line>])[] = [
  ...databases.flatMap((database) =>
    [1, 16, 64].map((senders) => [`sends-${database}-${senders}`, () => sends(database, senders, scale)] as const),
  ),
  ['deliveries', () => deliveries(scale)],
  ['memory', () => idleMemory(scale)],
];

const say = (line: string): void => void process.stdout.write(`${line}\n`);
say(`Node ${process.version}, ${cpus().length} cores (${cpu?.model ?? 'unknown'}), ${scale.rounds} interleaved rounds`);
say(`raised by settings: ${JSON.stringify(raisedSettings)}`);
for (const [name, run] of suites) {
  if (values.only === undefined || name.includes(values.only)) say(print(await run()));
}
