import { create } from './create.js';
import { list } from './list.js';
import { resolve } from './resolve.js';

/** How a message comes before those who run its room, and what becomes of it. */
export const reportOperations = { create, list, resolve } as const;
