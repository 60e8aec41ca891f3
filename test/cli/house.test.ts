import { ESLint } from 'eslint';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import tseslint from 'typescript-eslint';
import { root } from '../../scripts/schema.mjs';

// Imports need no types, and without them a text is checked in no time.
const linter = new ESLint({
  cwd: root,
  overrideConfig: [{ files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }],
});

async function rulesBroken(file: string, text: string): Promise<readonly (string | null)[]> {
  const [result] = await linter.lintText(text, { filePath: path.join(root, file) });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId);
}

describe('the arrows between the parts', () => {
  it.each([
    ['shared/rooms.ts', '../server/ports.js'],
    ['shared/rooms.ts', '@confab/client'],
    ['client/index.ts', '@confab/server'],
    ['client/index.ts', '../server/router/index.js'],
    ['client/index.ts', 'react'],
    ['client/index.ts', 'node:net'],
    ['server/settings.ts', '@confab/client'],
    ['server/settings.ts', '../client/index.js'],
    ['server/settings.ts', '@prisma/client'],
    ['server/router/kit.ts', '../store/generated/sqlite/client.js'],
    ['server/router/kit.ts', 'ws'],
    ['server/router/kit.ts', '@trpc/server/adapters/ws'],
    ['server/events/hub.ts', 'node:net'],
    ['server/events/hub.ts', 'ioredis'],
    ['server/events/hub.ts', '../store/prisma-store.js'],
    ['server/operations/kernel.ts', 'ws'],
    ['server/policy/policy.ts', '@prisma/adapter-pg'],
    ['server/front/upgrade.ts', '@prisma/client'],
    ['server/store/client.ts', 'ws'],
    ['server/front/upgrade.ts', 'react'],
  ])('keep %s from importing %s', async (file, source) => {
    expect(await rulesBroken(file, `import '${source}';\n`)).toEqual(['no-restricted-imports']);
  });

  it.each([
    ['client/index.ts', '@confab/shared'],
    ['server/settings.ts', '@confab/shared'],
    ['server/store/client.ts', './generated/sqlite/client.js'],
    ['server/cli/open-database.ts', '@prisma/adapter-pg'],
    ['server/front/upgrade.ts', 'ws'],
    ['server/operations/kernel.ts', '../store/port.js'],
  ])('let %s import %s', async (file, source) => {
    expect(await rulesBroken(file, `import '${source}';\n`)).toEqual([]);
  });
});

describe('the house rules', () => {
  it.each([
    ['server/ports.ts', 'export default 1;\n', 'no-restricted-syntax'],
    ['server/ports.ts', 'export const a = { experimental_encoder: 1 };\n', 'no-restricted-syntax'],
    ['server/ports.ts', 'export enum A { B }\n', 'no-restricted-syntax'],
    ['server/ports.ts', 'export const a = (b: any) => b;\n', '@typescript-eslint/no-explicit-any'],
    ['server/ports.ts', `${'//\n'.repeat(400)}export {};\n`, 'max-lines'],
    ['test/cli/house.test.ts', `${'//\n'.repeat(500)}export {};\n`, 'max-lines'],
  ])('refuse in %s: %j', async (file, text, rule) => {
    expect(await rulesBroken(file, text)).toEqual([rule]);
  });

  it('let the front use the experimental tRPC API', async () => {
    expect(await rulesBroken('server/front/upgrade.ts', 'export const a = { experimental_encoder: 1 };\n')).toEqual([]);
  });
});
