import { defineConfig } from 'vitepress';
import { referenceSidebar } from './reference-sidebar.js';

const guide = [
  ['Getting started', 'getting-started'],
  ['Mounting', 'mounting'],
  ['Authentication', 'authentication'],
  ['Rooms and messages', 'rooms'],
  ['Threads', 'threads'],
  ['Search, drafts, sending later', 'search-and-drafts'],
  ['HTML, files, reports', 'content'],
  ['Notifications', 'notifications'],
  ['Push and webhooks', 'push-and-webhooks'],
  ['Permissions', 'permissions'],
  ['Extending', 'extending'],
  ['Plugins', 'plugins'],
  ['Custom data', 'custom-data'],
  ['Events and resume', 'events'],
  ['Client', 'client'],
  ['React', 'react'],
  ['Testing', 'testing'],
  ['Generators', 'generators'],
  ['Privacy', 'privacy'],
  ['Deploying', 'deploying'],
  ['Errors', 'errors'],
  ['Coming from the Django package', 'from-django'],
] as const;

const features = { text: 'What it offers', link: '/features' };
const parity = { text: 'Parity with the Django package', link: '/parity' };

export default defineConfig({
  title: 'Confab',
  description: 'Chat for applications that already have a tRPC server and a database.',
  cleanUrls: true,
  lastUpdated: false,
  srcExclude: ['**/node_modules/**'],
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/guide/getting-started' },
      { text: 'API', link: '/reference/' },
    ],
    sidebar: {
      '/reference/': referenceSidebar(),
      '/': [
        {
          text: 'Guide',
          items: [features, ...guide.map(([text, page]) => ({ text, link: `/guide/${page}` })), parity],
        },
      ],
    },
    search: { provider: 'local' },
    outline: [2, 3],
  },
});
