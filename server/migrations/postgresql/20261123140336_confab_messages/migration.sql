-- AlterTable
ALTER TABLE "chat_message" ADD COLUMN     "forwardedAt" TIMESTAMP(3),
ADD COLUMN     "forwardedSenderId" TEXT,
ADD COLUMN     "pinnedAt" TIMESTAMP(3),
ADD COLUMN     "replyToId" TEXT;

-- CreateTable
CREATE TABLE "chat_message_version" (
    "messageId" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "content" TEXT,
    "attachments" JSONB NOT NULL,
    "custom" JSONB NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_message_version_pkey" PRIMARY KEY ("messageId","version")
);

-- CreateIndex
CREATE INDEX "chat_message_roomId_pinnedAt_id_idx" ON "chat_message"("roomId", "pinnedAt", "id");
