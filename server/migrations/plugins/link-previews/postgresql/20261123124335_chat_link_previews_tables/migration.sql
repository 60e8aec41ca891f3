-- CreateTable
CREATE TABLE "chat_link_previews_preview" (
    "id" TEXT NOT NULL,
    "messageId" TEXT NOT NULL,
    "roomId" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "url" TEXT NOT NULL,
    "title" TEXT,
    "description" TEXT,
    "image" TEXT,
    "siteName" TEXT,
    "fetchedAt" TIMESTAMP(3) NOT NULL,
    "dismissedAt" TIMESTAMP(3),

    CONSTRAINT "chat_link_previews_preview_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chat_link_previews_task" (
    "messageId" TEXT NOT NULL,
    "roomId" TEXT NOT NULL,
    "claim" TEXT NOT NULL,
    "dueAt" TIMESTAMP(3) NOT NULL,
    "attempts" INTEGER NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_link_previews_task_pkey" PRIMARY KEY ("messageId")
);

-- CreateIndex
CREATE INDEX "chat_link_previews_preview_messageId_idx" ON "chat_link_previews_preview"("messageId");

-- CreateIndex
CREATE INDEX "chat_link_previews_preview_roomId_idx" ON "chat_link_previews_preview"("roomId");

-- CreateIndex
CREATE INDEX "chat_link_previews_task_dueAt_idx" ON "chat_link_previews_task"("dueAt");

-- CreateIndex
CREATE INDEX "chat_link_previews_task_roomId_idx" ON "chat_link_previews_task"("roomId");
