import { clearDraft, findDraft, listDrafts, saveDraft } from './drafts.js';

/** What is kept of what people have begun to write. */
export const draftMethods = { findDraft, saveDraft, clearDraft, listDrafts } as const;
