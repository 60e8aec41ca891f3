-- AlterTable
ALTER TABLE "chat_invite" ADD COLUMN "userId" TEXT;

-- CreateIndex
CREATE INDEX "chat_invite_userId_roomId_idx" ON "chat_invite"("userId", "roomId");
