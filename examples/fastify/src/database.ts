import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client.js';

const { DATABASE_URL: connectionString } = process.env;
if (connectionString === undefined) throw new Error('Set DATABASE_URL, to postgresql://localhost/shop for example.');

export const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString }) });
