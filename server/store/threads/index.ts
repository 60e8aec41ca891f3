import { threadUnread } from './counts.js';
import { listThreads } from './list.js';
import { hasThread, noteReply, setThreadStanding, threadStandings } from './standing.js';

/** What is kept of threads and who follows them. Methods that write want the room locked. */
export const threadMethods = {
  hasThread,
  threadStandings,
  setThreadStanding,
  noteReply,
  threadUnread,
  listThreads,
} as const;
