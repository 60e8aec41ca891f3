CREATE TABLE "chat_tallies_mark" (
  "roomId" TEXT NOT NULL,
  "userId" TEXT NOT NULL,
  "endsAt" TEXT NOT NULL,
  PRIMARY KEY ("roomId", "userId")
);
