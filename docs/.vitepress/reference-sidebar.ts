import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { DefaultTheme } from 'vitepress';

const folder = path.join(import.meta.dirname, '../reference');

const entries = [
  'server',
  'server/testing',
  'server/plugins/polls',
  'server/plugins/moderation',
  'server/plugins/link-previews',
  'client',
  'client/react',
  'client/plugins/polls',
  'client/plugins/moderation',
  'client/plugins/link-previews',
  'shared',
] as const;

const kinds = [
  ['functions', 'Functions'],
  ['classes', 'Classes'],
  ['interfaces', 'Interfaces'],
  ['type-aliases', 'Types'],
  ['variables', 'Values'],
] as const;

/** What was generated of the doc comments, by entry point and kind. */
export function referenceSidebar(): DefaultTheme.SidebarItem[] {
  return entries.map((entry) => ({
    text: `@confab/${entry}`,
    link: `/reference/${entry}/`,
    collapsed: true,
    items: kinds.flatMap(([kind, text]) => {
      const items = pages(path.join(entry, kind));
      return items.length === 0 ? [] : [{ text, collapsed: true, items }];
    }),
  }));
}

function pages(place: string): DefaultTheme.SidebarItem[] {
  const at = path.join(folder, place);
  if (!existsSync(at)) return [];
  const names = readdirSync(at).filter((name) => name.endsWith('.md'));
  return names.map((name) => path.basename(name, '.md')).map((text) => ({ text, link: `/reference/${place}/${text}` }));
}
