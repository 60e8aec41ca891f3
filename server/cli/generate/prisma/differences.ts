import { plainLines } from './schema-blocks.js';

/** So many lines are told. */
const maxLines = 20;

/** The lines that only one of two schemas has, each with the block it is in. Comments and spaces are left out. */
export function differences(from: string, to: string): readonly string[] {
  const [before, after] = [new Set(labelled(from)), new Set(labelled(to))];
  const lines = [
    ...[...before].filter((line) => !after.has(line)).map((line) => `- ${line}`),
    ...[...after].filter((line) => !before.has(line)).map((line) => `+ ${line}`),
  ];
  const more = lines.length > maxLines ? [`… and ${String(lines.length - maxLines)} lines more`] : [];
  return [...lines.slice(0, maxLines), ...more];
}

function labelled(schema: string): readonly string[] {
  let block = '';
  return plainLines(schema).flatMap((line) => {
    const opened = /^(\w+ \w+) ?\{$/.exec(line)?.[1];
    if (opened !== undefined) block = opened;
    if (line === '}' || line.startsWith('//')) return [];
    return [opened ?? `${block}: ${line}`];
  });
}
