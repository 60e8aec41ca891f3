import { visit } from './visit.js';

await visit('hono');
