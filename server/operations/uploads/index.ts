import { sign } from './sign.js';

/** How files get to a storage of the host's. */
export const uploadOperations = { sign } as const;
