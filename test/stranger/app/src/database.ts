import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client.js';

const { DATABASE_URL: connectionString } = process.env;

export const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString }) });
