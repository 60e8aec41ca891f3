-- AlterTable
ALTER TABLE "chat_message" ADD COLUMN "forwardedAt" DATETIME;
ALTER TABLE "chat_message" ADD COLUMN "forwardedSenderId" TEXT;
ALTER TABLE "chat_message" ADD COLUMN "pinnedAt" DATETIME;
ALTER TABLE "chat_message" ADD COLUMN "replyToId" TEXT;

-- CreateTable
CREATE TABLE "chat_message_version" (
    "messageId" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "content" TEXT,
    "attachments" JSONB NOT NULL,
    "custom" JSONB NOT NULL,
    "createdAt" DATETIME NOT NULL,

    PRIMARY KEY ("messageId", "version")
);

-- CreateIndex
CREATE INDEX "chat_message_roomId_pinnedAt_id_idx" ON "chat_message"("roomId", "pinnedAt", "id");
