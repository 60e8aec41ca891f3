import { z } from 'zod';

export const credentials = z.object({ name: z.string().trim().min(1).max(50), password: z.string().min(8).max(200) });

export type Credentials = z.infer<typeof credentials>;
