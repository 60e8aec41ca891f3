-- CreateTable
CREATE TABLE "chat_block" (
    "userId" TEXT NOT NULL,
    "blockedId" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_block_pkey" PRIMARY KEY ("userId","blockedId")
);

-- CreateIndex
CREATE INDEX "chat_block_blockedId_idx" ON "chat_block"("blockedId");

-- CreateIndex
CREATE INDEX "chat_block_userId_createdAt_blockedId_idx" ON "chat_block"("userId", "createdAt", "blockedId");

-- CreateIndex
CREATE INDEX "chat_notification_userId_createdAt_id_idx" ON "chat_notification"("userId", "createdAt", "id");
