-- CreateTable
CREATE TABLE "chat_polls_poll" (
    "messageId" TEXT NOT NULL,
    "roomId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "creatorId" TEXT NOT NULL,
    "question" TEXT NOT NULL,
    "maxVotes" INTEGER NOT NULL,
    "anonymous" BOOLEAN NOT NULL,
    "suggestions" BOOLEAN NOT NULL,
    "results" TEXT NOT NULL,
    "voterCount" INTEGER NOT NULL,
    "revision" INTEGER NOT NULL,
    "closesAt" TIMESTAMP(3),
    "closedAt" TIMESTAMP(3),
    "closedBy" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_polls_poll_pkey" PRIMARY KEY ("messageId")
);

-- CreateTable
CREATE TABLE "chat_polls_option" (
    "id" TEXT NOT NULL,
    "messageId" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "suggestedBy" TEXT,
    "votes" INTEGER NOT NULL,

    CONSTRAINT "chat_polls_option_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chat_polls_vote" (
    "id" TEXT NOT NULL,
    "messageId" TEXT NOT NULL,
    "optionId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "votedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_polls_vote_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "chat_polls_poll_roomId_seq_idx" ON "chat_polls_poll"("roomId", "seq");

-- CreateIndex
CREATE INDEX "chat_polls_poll_closedAt_closesAt_idx" ON "chat_polls_poll"("closedAt", "closesAt");

-- CreateIndex
CREATE UNIQUE INDEX "chat_polls_option_messageId_position_key" ON "chat_polls_option"("messageId", "position");

-- CreateIndex
CREATE INDEX "chat_polls_vote_messageId_id_idx" ON "chat_polls_vote"("messageId", "id");

-- CreateIndex
CREATE INDEX "chat_polls_vote_optionId_id_idx" ON "chat_polls_vote"("optionId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "chat_polls_vote_messageId_userId_optionId_key" ON "chat_polls_vote"("messageId", "userId", "optionId");
