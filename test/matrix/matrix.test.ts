import { procedurePermissions } from '@confab/shared';
import { expect, test } from 'vitest';
import { calls } from './calls.js';
import { expected, roomNames } from './verdict.js';
import { actors, actorsIn } from './world.js';

const signs: Readonly<Record<string, string>> = {
  allowed: '✓',
  PERMISSION_DENIED: 'denied',
  NOT_FOUND: 'not found',
  UNAUTHENTICATED: 'who?',
  '': '',
};

/** The whole matrix as a page: what a change of the table changes is seen in its difference. */
function page(): string {
  const tables = roomNames.map((room) => {
    const head = `| procedure | ${actors.join(' | ')} |\n|${' --- |'.repeat(actors.length + 1)}`;
    const lines = Object.entries(calls).flatMap(([name, variants]) =>
      variants.map((call) => {
        const cells = actors.map((actor) => (actorsIn(room).includes(actor) ? expected(call, room, actor) : ''));
        const object = call.object === undefined ? '' : ` (${call.object})`;
        return `| ${name}${object} | ${cells.map((cell) => signs[cell] ?? cell).join(' | ')} |`;
      }),
    );
    return `## ${room}\n\n${head}\n${lines.join('\n')}\n`;
  });
  return `# Who may do what\n\nMade from the permission table; \`npx vitest run --mode battery test/matrix\` tries\nevery cell, and \`npx vitest run test/matrix -u\` writes it anew.\n\n${tables.join('\n')}`;
}

test('every procedure is in the matrix', () => {
  expect(Object.keys(calls).toSorted()).toEqual(Object.keys(procedurePermissions).toSorted());
});

test('the matrix is as it was last agreed on', async () => {
  await expect(page()).toMatchFileSnapshot('matrix.md');
});
