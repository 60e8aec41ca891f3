-- CreateTable
CREATE TABLE "chat_moderation_item" (
    "id" TEXT NOT NULL,
    "roomId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "messageId" TEXT,
    "clientId" TEXT,
    "rule" TEXT NOT NULL,
    "reason" TEXT,
    "said" JSONB NOT NULL,
    "reports" JSONB NOT NULL,
    "seq" INTEGER NOT NULL,
    "reactions" JSONB NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "editedAt" TIMESTAMP(3),
    "deletedAt" TIMESTAMP(3),
    "decidedAt" TIMESTAMP(3),
    "decidedBy" TEXT,
    "note" TEXT,

    CONSTRAINT "chat_moderation_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chat_moderation_mute" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "roomId" TEXT NOT NULL,
    "reason" TEXT,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "until" TIMESTAMP(3),
    "endedAt" TIMESTAMP(3),
    "endedBy" TEXT,

    CONSTRAINT "chat_moderation_mute_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "chat_moderation_item_state_id_idx" ON "chat_moderation_item"("state", "id");

-- CreateIndex
CREATE INDEX "chat_moderation_item_roomId_state_id_idx" ON "chat_moderation_item"("roomId", "state", "id");

-- CreateIndex
CREATE INDEX "chat_moderation_item_userId_state_roomId_idx" ON "chat_moderation_item"("userId", "state", "roomId");

-- CreateIndex
CREATE INDEX "chat_moderation_item_messageId_idx" ON "chat_moderation_item"("messageId");

-- CreateIndex
CREATE UNIQUE INDEX "chat_moderation_item_roomId_userId_clientId_key" ON "chat_moderation_item"("roomId", "userId", "clientId");

-- CreateIndex
CREATE INDEX "chat_moderation_mute_userId_roomId_endedAt_idx" ON "chat_moderation_mute"("userId", "roomId", "endedAt");

-- CreateIndex
CREATE INDEX "chat_moderation_mute_roomId_endedAt_id_idx" ON "chat_moderation_mute"("roomId", "endedAt", "id");
