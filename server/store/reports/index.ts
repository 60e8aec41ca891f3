import { createReport, findReport, listReports, presentReports, resolveReports } from './reports.js';

/** What is kept of messages that were shown to those who run a room. Methods that write want the room locked. */
export const reportMethods = { createReport, findReport, listReports, presentReports, resolveReports } as const;
