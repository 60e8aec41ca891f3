import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const typescript = ['**/*.ts', '**/*.tsx'];

/** Imports a part of the project may not have. Relative ones are told by the folder they lead into. */
const arrows = {
  server: {
    regex: String.raw`^@confab/server|(^|\.\./)server(/|$)`,
    message: 'This side knows nothing of the server.',
  },
  client: { regex: String.raw`^@confab/client|(^|\.\./)client/`, message: 'This side knows nothing of the client.' },
  prisma: {
    regex: String.raw`^@prisma/|^prisma$|^better-sqlite3$|^pg$|/generated/`,
    message: 'Databases are reached through the store port; only server/store knows Prisma.',
  },
  sockets: {
    regex: String.raw`^ws$|^@trpc/server/adapters/ws$`,
    message: 'Only server/front knows WebSockets.',
  },
  network: {
    regex: String.raw`^(node:)?(net|tls|http|https|http2|dgram)$|^ioredis$|^@nats-io/|^nats$`,
    message: 'This part works with ports only.',
  },
  prismaStore: { regex: '/store/(prisma-|client|sql|meta)', message: 'This part works with the store port only.' },
  react: { regex: String.raw`^react(-dom)?(/|$)`, message: 'React belongs to examples and the React hooks.' },
};

const experimental = {
  selector: ':matches(Identifier[name=/^experimental_/], Literal[value=/^experimental_/])',
  message: 'Experimental tRPC API is used in server/front only.',
};

/** Says what the files of a part may not import; every part names all of its arrows, as the last match replaces earlier ones. */
function bans(files, patterns, options = {}) {
  return {
    files,
    ignores: options.ignores ?? [],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  };
}

const { server, client, prisma, prismaStore, sockets, network, react } = arrows;

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '**/generated/',
      '**/node_modules/',
      'server/demo/',
      '**/.next/',
      '**/next-env.d.ts',
      'examples/*/prisma.config.ts',
      'coverage/',
      '**/*.d.mts',
      'client/**/contract.d.ts',
    ],
  },
  js.configs.recommended,
  {
    files: typescript,
    extends: [tseslint.configs.recommended],
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.config.ts'] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { arguments: false, properties: false } },
      ],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-syntax': [
        'error',
        experimental,
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
        { selector: 'TSModuleDeclaration[kind="namespace"]', message: 'Use a module.' },
      ],
      eqeqeq: 'error',
    },
  },
  { rules: { 'max-lines': ['error', { max: 400 }] } },
  { files: ['test/**'], rules: { 'max-lines': ['error', { max: 500 }] } },

  bans(['shared/**'], [server, client, prisma, sockets, network, react]),
  bans(['client/**'], [server, prisma, { ...sockets, regex: '^@trpc/server/adapters/' }, network, react], {
    ignores: ['client/react/**'],
  }),
  bans(['client/react/**'], [server, prisma, network]),
  bans(['server/**'], [client, prisma, sockets, react]),
  bans(['server/testing/**'], [client, prisma, react]),
  bans(
    ['server/store/**', 'server/cli/open-database.ts', 'server/testing/chat/postgresql.ts'],
    [client, sockets, react],
  ),
  bans(['server/front/**'], [client, prisma, react]),
  bans(
    ['server/events/**', 'server/operations/**', 'server/policy/**', 'server/deliveries/**'],
    [client, prisma, prismaStore, sockets, network, react],
  ),
  {
    files: ['server/front/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
      ],
    },
  },
  {
    // Tools ask for a default export.
    files: ['**/*.config.ts', 'docs/.vitepress/config.ts', 'examples/next/app/**'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // Checked by the compiler and never run: a value may be there for its type alone.
    files: ['test/types/**', 'test/client-package/consumer/**'],
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { vars: 'local', varsIgnorePattern: '.', argsIgnorePattern: '.' }],
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
  {
    // A host's code, which may have enums.
    files: ['test/client-package/host/**'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        WebAssembly: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
      },
    },
  },
);
