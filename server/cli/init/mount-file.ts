import path from 'node:path';
import { attachOf } from './attach-part.js';
import { callerOf } from './caller-part.js';
import type { Project } from './detect-project.js';
import { storeOf } from './store-part.js';
import { usersOf } from './users-part.js';

/** The file that holds a project's chat. */
export interface MountFile {
  /** Relative to the project. */
  readonly path: string;
  readonly text: string;
  /** Whether it is there already. */
  readonly isThere: boolean;
  /** What it takes the id of the user to be. */
  readonly reads: string;
}

/** Writes the file that opens a chat in a project and puts it onto its server. */
export function mountFile(project: Project): MountFile {
  const { path: file, isThere } = place(project);
  const store = storeOf(project, file);
  const caller = callerOf(project, file);
  const users = usersOf(project, file);
  const attach = attachOf(project);
  const imports = [
    "import { createChat, prismaStore } from '@confab/server';",
    ...new Set([store.imports, caller.imports, users.imports, attach.imports].flat()),
  ];
  const open = project.framework === 'next' ? keptChat : plainChat;
  const parts = [
    imports.sort(byModule).join('\n'),
    ...store.lines,
    ...caller.lines,
    open(store.expression, caller.viewer, users.lines),
    ...attach.lines,
  ];
  return { path: file, text: `${parts.join('\n\n')}\n`, isThere, reads: caller.reads };
}

/** Beside the root router, or where the chat is already; a file of the project's own keeps its name. */
function place({ router, sources }: Project): Pick<MountFile, 'path' | 'isThere'> {
  const hasFolder = sources.some((source) => source.path.startsWith('src/'));
  const folder = router === undefined ? (hasFolder ? 'src' : '') : path.posix.dirname(router.path);
  const names = ['chat.ts', 'confab.ts'].map((name) => path.posix.join(folder, name));
  const find = (name: string) => sources.find((source) => source.path === name);
  const present = names.find((name) => /\bcreateChat\(/.test(find(name)?.text ?? ''));
  if (present !== undefined) return { path: present, isThere: true };
  const [usual = '', other = ''] = names;
  return find(usual) === undefined
    ? { path: usual, isThere: false }
    : { path: other, isThere: find(other) !== undefined };
}

/** Packages first, then the project's own files, each by name. */
function byModule(left: string, right: string): number {
  const key = (line: string) => {
    const from = /from '([^']+)'/.exec(line)?.[1] ?? '';
    return `${from.startsWith('.') ? '1' : '0'}${from}${line.startsWith('import type') ? '1' : '0'}`;
  };
  return key(left) < key(right) ? -1 : 1;
}

function plainChat(store: string, viewer: string, users: readonly string[]): string {
  return [
    'export const chat = createChat({',
    `  store: ${store},`,
    `  viewer(ctx: Context) {\n${viewer}\n  },`,
    ...users,
    '});',
  ].join('\n');
}

/** Next.js bundles its routes apart from the server, and loads them anew in development. */
function keptChat(store: string, viewer: string, users: readonly string[]): string {
  return `function openChat() {
  return ${plainChat(store, viewer, users).replace('export const chat = ', '').replaceAll('\n', '\n  ')}
}

// Next.js bundles routes apart from the server that runs them; all of them have to find the one chat.
const host = globalThis as typeof globalThis & { chat?: ReturnType<typeof openChat> };

export const chat = (host.chat ??= openChat());`;
}
