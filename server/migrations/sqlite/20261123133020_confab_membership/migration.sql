-- AlterTable
ALTER TABLE "chat_room" ADD COLUMN "directoryName" TEXT;

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
    "tokenHash" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME,
    "maxUses" INTEGER,
    "uses" INTEGER NOT NULL,
    "closedAt" DATETIME
);

-- CreateIndex
CREATE INDEX "chat_ban_roomId_createdAt_userId_idx" ON "chat_ban"("roomId", "createdAt", "userId");

-- CreateIndex
CREATE INDEX "chat_join_request_roomId_createdAt_userId_idx" ON "chat_join_request"("roomId", "createdAt", "userId");

-- CreateIndex
CREATE UNIQUE INDEX "chat_invite_tokenHash_key" ON "chat_invite"("tokenHash");

-- CreateIndex
CREATE INDEX "chat_invite_roomId_createdAt_id_idx" ON "chat_invite"("roomId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "chat_room_kind_visibility_memberCount_id_idx" ON "chat_room"("kind", "visibility", "memberCount", "id");

-- The channels that were public before there was a directory.
UPDATE "chat_room" SET "directoryName" = LOWER("name") WHERE "kind" = 'channel' AND "visibility" = 'public';
