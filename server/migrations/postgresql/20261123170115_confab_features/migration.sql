-- AlterTable
ALTER TABLE "chat_room" ADD COLUMN     "retentionDays" INTEGER;

-- AlterTable
ALTER TABLE "chat_message" ADD COLUMN     "searchText" TEXT,
ADD COLUMN     "threadId" TEXT;

-- AlterTable
ALTER TABLE "chat_removed_message" ADD COLUMN     "threadId" TEXT;

-- AlterTable
ALTER TABLE "chat_user" ADD COLUMN     "erasedAt" TIMESTAMP(3);

-- CreateTable
CREATE TABLE "chat_thread" (
    "id" TEXT NOT NULL,
    "roomId" TEXT NOT NULL,
    "rootSeq" INTEGER NOT NULL,
    "lastReplySeq" INTEGER NOT NULL,
    "lastReplyAt" TIMESTAMP(3) NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_thread_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chat_thread_member" (
    "threadId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "roomId" TEXT NOT NULL,
    "following" BOOLEAN NOT NULL,
    "readSeq" INTEGER NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_thread_member_pkey" PRIMARY KEY ("threadId","userId")
);

-- CreateTable
CREATE TABLE "chat_draft" (
    "userId" TEXT NOT NULL,
    "roomId" TEXT NOT NULL,
    "threadId" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "attachments" JSONB,
    "mentions" JSONB,
    "replyToId" TEXT,
    "custom" JSONB,
    "joinSeq" INTEGER NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_draft_pkey" PRIMARY KEY ("userId","roomId","threadId")
);

-- CreateTable
CREATE TABLE "chat_scheduled_message" (
    "id" TEXT NOT NULL,
    "roomId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "input" JSONB,
    "clientId" TEXT,
    "bodyHash" TEXT,
    "sendAt" TIMESTAMP(3) NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "claimedUntil" TIMESTAMP(3),
    "messageId" TEXT,
    "error" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_scheduled_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chat_report" (
    "id" TEXT NOT NULL,
    "roomId" TEXT NOT NULL,
    "messageId" TEXT NOT NULL,
    "reporterId" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "resolvedAt" TIMESTAMP(3),
    "resolvedBy" TEXT,
    "action" TEXT,

    CONSTRAINT "chat_report_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chat_user_preferences" (
    "userId" TEXT NOT NULL,
    "notify" TEXT NOT NULL,
    "doNotDisturb" JSONB,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_user_preferences_pkey" PRIMARY KEY ("userId")
);

-- CreateTable
CREATE TABLE "chat_push_subscription" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "sessionId" TEXT,
    "registrationHash" TEXT NOT NULL,
    "registration" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_push_subscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chat_consumer" (
    "name" TEXT NOT NULL,
    "shard" INTEGER NOT NULL,
    "pos" BIGINT NOT NULL,
    "afterId" TEXT,

    CONSTRAINT "chat_consumer_pkey" PRIMARY KEY ("name","shard")
);

-- CreateTable
CREATE TABLE "chat_delivery" (
    "id" TEXT NOT NULL,
    "queue" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "userId" TEXT,
    "roomId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "nextAttemptAt" TIMESTAMP(3) NOT NULL,
    "claimedUntil" TIMESTAMP(3),
    "lastError" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chat_user_ban" (
    "userId" TEXT NOT NULL,
    "until" TIMESTAMP(3),
    "reason" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_user_ban_pkey" PRIMARY KEY ("userId")
);

-- CreateIndex
CREATE INDEX "chat_thread_roomId_lastReplyAt_id_idx" ON "chat_thread"("roomId", "lastReplyAt", "id");

-- CreateIndex
CREATE INDEX "chat_thread_member_userId_following_threadId_idx" ON "chat_thread_member"("userId", "following", "threadId");

-- CreateIndex
CREATE INDEX "chat_thread_member_roomId_userId_idx" ON "chat_thread_member"("roomId", "userId");

-- CreateIndex
CREATE INDEX "chat_draft_userId_updatedAt_idx" ON "chat_draft"("userId", "updatedAt");

-- CreateIndex
CREATE INDEX "chat_draft_roomId_idx" ON "chat_draft"("roomId");

-- CreateIndex
CREATE INDEX "chat_scheduled_message_state_sendAt_idx" ON "chat_scheduled_message"("state", "sendAt");

-- CreateIndex
CREATE INDEX "chat_scheduled_message_userId_state_sendAt_id_idx" ON "chat_scheduled_message"("userId", "state", "sendAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "chat_scheduled_message_roomId_userId_clientId_key" ON "chat_scheduled_message"("roomId", "userId", "clientId");

-- CreateIndex
CREATE INDEX "chat_report_roomId_createdAt_id_idx" ON "chat_report"("roomId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "chat_report_createdAt_id_idx" ON "chat_report"("createdAt", "id");

-- CreateIndex
CREATE INDEX "chat_report_reporterId_idx" ON "chat_report"("reporterId");

-- CreateIndex
CREATE UNIQUE INDEX "chat_report_messageId_reporterId_key" ON "chat_report"("messageId", "reporterId");

-- CreateIndex
CREATE UNIQUE INDEX "chat_push_subscription_registrationHash_key" ON "chat_push_subscription"("registrationHash");

-- CreateIndex
CREATE INDEX "chat_push_subscription_userId_createdAt_id_idx" ON "chat_push_subscription"("userId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "chat_delivery_queue_state_nextAttemptAt_idx" ON "chat_delivery"("queue", "state", "nextAttemptAt");

-- CreateIndex
CREATE INDEX "chat_delivery_state_createdAt_id_idx" ON "chat_delivery"("state", "createdAt", "id");

-- CreateIndex
CREATE INDEX "chat_delivery_createdAt_id_idx" ON "chat_delivery"("createdAt", "id");

-- CreateIndex
CREATE INDEX "chat_delivery_kind_target_idx" ON "chat_delivery"("kind", "target");

-- CreateIndex
CREATE INDEX "chat_delivery_userId_idx" ON "chat_delivery"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "chat_delivery_roomId_seq_kind_target_key" ON "chat_delivery"("roomId", "seq", "kind", "target");

-- CreateIndex
CREATE INDEX "chat_user_ban_createdAt_idx" ON "chat_user_ban"("createdAt");

-- CreateIndex
CREATE INDEX "chat_room_retentionDays_id_idx" ON "chat_room"("retentionDays", "id");

-- CreateIndex
CREATE INDEX "chat_ban_userId_roomId_idx" ON "chat_ban"("userId", "roomId");

-- CreateIndex
CREATE INDEX "chat_ban_actorId_roomId_idx" ON "chat_ban"("actorId", "roomId");

-- CreateIndex
CREATE INDEX "chat_join_request_userId_roomId_idx" ON "chat_join_request"("userId", "roomId");

-- CreateIndex
CREATE INDEX "chat_invite_createdBy_id_idx" ON "chat_invite"("createdBy", "id");

-- CreateIndex
CREATE INDEX "chat_message_roomId_threadId_seq_idx" ON "chat_message"("roomId", "threadId", "seq");

-- CreateIndex
CREATE INDEX "chat_reaction_userId_messageId_idx" ON "chat_reaction"("userId", "messageId");

-- CreateIndex
CREATE INDEX "chat_user_erasedAt_idx" ON "chat_user"("erasedAt");
