import { visit } from './visit.js';

await visit('fastify', 'postgresql');
