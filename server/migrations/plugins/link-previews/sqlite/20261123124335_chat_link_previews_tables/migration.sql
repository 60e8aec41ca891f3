-- CreateTable
CREATE TABLE "chat_link_previews_preview" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "messageId" TEXT NOT NULL,
    "roomId" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "url" TEXT NOT NULL,
    "title" TEXT,
    "description" TEXT,
    "image" TEXT,
    "siteName" TEXT,
    "fetchedAt" DATETIME NOT NULL,
    "dismissedAt" DATETIME
);

-- CreateTable
CREATE TABLE "chat_link_previews_task" (
    "messageId" TEXT NOT NULL PRIMARY KEY,
    "roomId" TEXT NOT NULL,
    "claim" TEXT NOT NULL,
    "dueAt" DATETIME NOT NULL,
    "attempts" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateIndex
CREATE INDEX "chat_link_previews_preview_messageId_idx" ON "chat_link_previews_preview"("messageId");

-- CreateIndex
CREATE INDEX "chat_link_previews_preview_roomId_idx" ON "chat_link_previews_preview"("roomId");

-- CreateIndex
CREATE INDEX "chat_link_previews_task_dueAt_idx" ON "chat_link_previews_task"("dueAt");

-- CreateIndex
CREATE INDEX "chat_link_previews_task_roomId_idx" ON "chat_link_previews_task"("roomId");
