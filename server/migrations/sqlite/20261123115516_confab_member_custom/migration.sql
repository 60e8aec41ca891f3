-- AlterTable
ALTER TABLE "chat_member" ADD COLUMN "custom" JSONB;
