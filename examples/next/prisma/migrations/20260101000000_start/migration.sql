-- CreateTable
CREATE TABLE "User" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "passwordHash" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "userId" TEXT NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Order" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "userId" TEXT NOT NULL,
    "item" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "Order_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "chat_meta" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "schemaVersion" INTEGER NOT NULL,
    "epoch" TEXT NOT NULL,
    "shardCount" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "chat_shard" (
    "shard" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "pos" BIGINT NOT NULL,
    "floorPos" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "chat_room" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "shard" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT,
    "directoryName" TEXT,
    "description" TEXT,
    "image" TEXT,
    "visibility" TEXT NOT NULL,
    "joinPolicy" TEXT NOT NULL,
    "history" TEXT NOT NULL,
    "locked" BOOLEAN NOT NULL,
    "slowModeSeconds" INTEGER NOT NULL,
    "maxMembers" INTEGER NOT NULL,
    "retentionDays" INTEGER,
    "ownerId" TEXT,
    "memberCount" INTEGER NOT NULL,
    "lastSeq" INTEGER NOT NULL,
    "lastPos" BIGINT NOT NULL,
    "authzVersion" INTEGER NOT NULL,
    "preferences" JSONB NOT NULL,
    "custom" JSONB NOT NULL,
    "directKey" TEXT,
    "createdBy" TEXT NOT NULL,
    "clientId" TEXT,
    "bodyHash" TEXT,
    "lastActivityAt" DATETIME NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    "deletedAt" DATETIME
);

-- CreateTable
CREATE TABLE "chat_member" (
    "roomId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "permissions" JSONB NOT NULL,
    "joinedAt" DATETIME NOT NULL,
    "joinSeq" INTEGER NOT NULL,
    "leftSeq" INTEGER,
    "leftPos" BIGINT,
    "leftReason" TEXT,
    "readSeq" INTEGER NOT NULL,
    "deliveredSeq" INTEGER NOT NULL,
    "mutedUntil" DATETIME,
    "notify" TEXT NOT NULL,
    "archived" BOOLEAN NOT NULL,
    "pinned" BOOLEAN NOT NULL,
    "custom" JSONB,

    PRIMARY KEY ("roomId", "userId")
);

-- CreateTable
CREATE TABLE "chat_ban" (
    "roomId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "until" DATETIME,
    "reason" TEXT,
    "actorId" TEXT,
    "createdAt" DATETIME NOT NULL,

    PRIMARY KEY ("roomId", "userId")
);

-- CreateTable
CREATE TABLE "chat_join_request" (
    "roomId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,

    PRIMARY KEY ("roomId", "userId")
);

-- CreateTable
CREATE TABLE "chat_invite" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "roomId" TEXT NOT NULL,
    "userId" TEXT,
    "tokenHash" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME,
    "maxUses" INTEGER,
    "uses" INTEGER NOT NULL,
    "closedAt" DATETIME
);

-- CreateTable
CREATE TABLE "chat_message" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "roomId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "senderId" TEXT NOT NULL,
    "content" TEXT,
    "format" TEXT NOT NULL,
    "attachments" JSONB NOT NULL,
    "mentions" JSONB NOT NULL,
    "mentionsRoom" BOOLEAN NOT NULL,
    "custom" JSONB NOT NULL,
    "clientId" TEXT,
    "bodyHash" TEXT,
    "replyToId" TEXT,
    "threadId" TEXT,
    "forwardedSenderId" TEXT,
    "forwardedAt" DATETIME,
    "pinnedAt" DATETIME,
    "editedAt" DATETIME,
    "deletedAt" DATETIME,
    "createdAt" DATETIME NOT NULL,
    "searchText" TEXT
);

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

-- CreateTable
CREATE TABLE "chat_removed_message" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "roomId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "senderId" TEXT NOT NULL,
    "clientId" TEXT,
    "bodyHash" TEXT,
    "threadId" TEXT,
    "createdAt" DATETIME NOT NULL,
    "deletedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "chat_mention" (
    "messageId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "roomId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,

    PRIMARY KEY ("messageId", "userId")
);

-- CreateTable
CREATE TABLE "chat_hidden_message" (
    "userId" TEXT NOT NULL,
    "messageId" TEXT NOT NULL,
    "roomId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,

    PRIMARY KEY ("userId", "messageId")
);

-- CreateTable
CREATE TABLE "chat_reaction" (
    "messageId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "emoji" TEXT NOT NULL,
    "roomId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,

    PRIMARY KEY ("messageId", "userId", "emoji")
);

-- CreateTable
CREATE TABLE "chat_receipt" (
    "roomId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "fromSeq" INTEGER NOT NULL,
    "toSeq" INTEGER NOT NULL,
    "at" DATETIME NOT NULL,

    PRIMARY KEY ("roomId", "userId", "kind", "toSeq")
);

-- CreateTable
CREATE TABLE "chat_event" (
    "shard" INTEGER NOT NULL,
    "pos" BIGINT NOT NULL,
    "roomId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "actorId" TEXT,
    "at" DATETIME NOT NULL,
    "data" JSONB NOT NULL,

    PRIMARY KEY ("shard", "pos")
);

-- CreateTable
CREATE TABLE "chat_user" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT,
    "image" TEXT,
    "lastSeenAt" DATETIME,
    "updatedAt" DATETIME NOT NULL,
    "erasedAt" DATETIME
);

-- CreateTable
CREATE TABLE "chat_block" (
    "userId" TEXT NOT NULL,
    "blockedId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,

    PRIMARY KEY ("userId", "blockedId")
);

-- CreateTable
CREATE TABLE "chat_session" (
    "userId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "userAgent" TEXT,
    "createdAt" DATETIME NOT NULL,
    "lastSeenAt" DATETIME NOT NULL,
    "endedAt" DATETIME,
    "revokedAt" DATETIME,

    PRIMARY KEY ("userId", "id")
);

-- CreateTable
CREATE TABLE "chat_notification" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "userId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "roomId" TEXT NOT NULL,
    "messageId" TEXT,
    "actorId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "ackedAt" DATETIME
);

-- CreateTable
CREATE TABLE "chat_thread" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "roomId" TEXT NOT NULL,
    "rootSeq" INTEGER NOT NULL,
    "lastReplySeq" INTEGER NOT NULL,
    "lastReplyAt" DATETIME NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "chat_thread_member" (
    "threadId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "roomId" TEXT NOT NULL,
    "following" BOOLEAN NOT NULL,
    "readSeq" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL,

    PRIMARY KEY ("threadId", "userId")
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
    "updatedAt" DATETIME NOT NULL,

    PRIMARY KEY ("userId", "roomId", "threadId")
);

-- CreateTable
CREATE TABLE "chat_scheduled_message" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "roomId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "input" JSONB,
    "clientId" TEXT,
    "bodyHash" TEXT,
    "sendAt" DATETIME NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "claimedUntil" DATETIME,
    "messageId" TEXT,
    "error" TEXT,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "chat_report" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "roomId" TEXT NOT NULL,
    "messageId" TEXT NOT NULL,
    "reporterId" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "resolvedAt" DATETIME,
    "resolvedBy" TEXT,
    "action" TEXT
);

-- CreateTable
CREATE TABLE "chat_user_preferences" (
    "userId" TEXT NOT NULL PRIMARY KEY,
    "notify" TEXT NOT NULL,
    "doNotDisturb" JSONB,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "chat_push_subscription" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "userId" TEXT NOT NULL,
    "sessionId" TEXT,
    "registrationHash" TEXT NOT NULL,
    "registration" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "chat_consumer" (
    "name" TEXT NOT NULL,
    "shard" INTEGER NOT NULL,
    "pos" BIGINT NOT NULL,
    "afterId" TEXT,

    PRIMARY KEY ("name", "shard")
);

-- CreateTable
CREATE TABLE "chat_delivery" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "queue" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "userId" TEXT,
    "roomId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "nextAttemptAt" DATETIME NOT NULL,
    "claimedUntil" DATETIME,
    "lastError" TEXT,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "chat_user_ban" (
    "userId" TEXT NOT NULL PRIMARY KEY,
    "until" DATETIME,
    "reason" TEXT,
    "createdAt" DATETIME NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "User_name_key" ON "User"("name");

-- CreateIndex
CREATE UNIQUE INDEX "chat_room_directKey_key" ON "chat_room"("directKey");

-- CreateIndex
CREATE INDEX "chat_room_kind_visibility_memberCount_id_idx" ON "chat_room"("kind", "visibility", "memberCount", "id");

-- CreateIndex
CREATE INDEX "chat_room_retentionDays_id_idx" ON "chat_room"("retentionDays", "id");

-- CreateIndex
CREATE UNIQUE INDEX "chat_room_createdBy_clientId_key" ON "chat_room"("createdBy", "clientId");

-- CreateIndex
CREATE INDEX "chat_member_userId_status_idx" ON "chat_member"("userId", "status");

-- CreateIndex
CREATE INDEX "chat_member_roomId_status_joinSeq_userId_idx" ON "chat_member"("roomId", "status", "joinSeq", "userId");

-- CreateIndex
CREATE INDEX "chat_ban_roomId_createdAt_userId_idx" ON "chat_ban"("roomId", "createdAt", "userId");

-- CreateIndex
CREATE INDEX "chat_ban_userId_roomId_idx" ON "chat_ban"("userId", "roomId");

-- CreateIndex
CREATE INDEX "chat_ban_actorId_roomId_idx" ON "chat_ban"("actorId", "roomId");

-- CreateIndex
CREATE INDEX "chat_join_request_roomId_createdAt_userId_idx" ON "chat_join_request"("roomId", "createdAt", "userId");

-- CreateIndex
CREATE INDEX "chat_join_request_userId_roomId_idx" ON "chat_join_request"("userId", "roomId");

-- CreateIndex
CREATE UNIQUE INDEX "chat_invite_tokenHash_key" ON "chat_invite"("tokenHash");

-- CreateIndex
CREATE INDEX "chat_invite_roomId_createdAt_id_idx" ON "chat_invite"("roomId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "chat_invite_userId_roomId_idx" ON "chat_invite"("userId", "roomId");

-- CreateIndex
CREATE INDEX "chat_invite_createdBy_id_idx" ON "chat_invite"("createdBy", "id");

-- CreateIndex
CREATE INDEX "chat_message_roomId_pinnedAt_id_idx" ON "chat_message"("roomId", "pinnedAt", "id");

-- CreateIndex
CREATE INDEX "chat_message_roomId_threadId_seq_idx" ON "chat_message"("roomId", "threadId", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "chat_message_roomId_seq_key" ON "chat_message"("roomId", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "chat_message_roomId_senderId_clientId_key" ON "chat_message"("roomId", "senderId", "clientId");

-- CreateIndex
CREATE UNIQUE INDEX "chat_removed_message_roomId_senderId_clientId_key" ON "chat_removed_message"("roomId", "senderId", "clientId");

-- CreateIndex
CREATE UNIQUE INDEX "chat_removed_message_roomId_seq_key" ON "chat_removed_message"("roomId", "seq");

-- CreateIndex
CREATE INDEX "chat_mention_userId_roomId_seq_idx" ON "chat_mention"("userId", "roomId", "seq");

-- CreateIndex
CREATE INDEX "chat_hidden_message_userId_roomId_seq_idx" ON "chat_hidden_message"("userId", "roomId", "seq");

-- CreateIndex
CREATE INDEX "chat_reaction_userId_messageId_idx" ON "chat_reaction"("userId", "messageId");

-- CreateIndex
CREATE INDEX "chat_event_roomId_pos_idx" ON "chat_event"("roomId", "pos");

-- CreateIndex
CREATE UNIQUE INDEX "chat_event_roomId_seq_key" ON "chat_event"("roomId", "seq");

-- CreateIndex
CREATE INDEX "chat_user_erasedAt_idx" ON "chat_user"("erasedAt");

-- CreateIndex
CREATE INDEX "chat_block_blockedId_idx" ON "chat_block"("blockedId");

-- CreateIndex
CREATE INDEX "chat_block_userId_createdAt_blockedId_idx" ON "chat_block"("userId", "createdAt", "blockedId");

-- CreateIndex
CREATE INDEX "chat_session_userId_lastSeenAt_idx" ON "chat_session"("userId", "lastSeenAt");

-- CreateIndex
CREATE INDEX "chat_session_revokedAt_idx" ON "chat_session"("revokedAt");

-- CreateIndex
CREATE INDEX "chat_notification_userId_ackedAt_createdAt_idx" ON "chat_notification"("userId", "ackedAt", "createdAt");

-- CreateIndex
CREATE INDEX "chat_notification_userId_createdAt_id_idx" ON "chat_notification"("userId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "chat_notification_messageId_idx" ON "chat_notification"("messageId");

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
