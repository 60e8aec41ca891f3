import { createContext, useContext } from 'react';
import type { Chat } from '../state/chat';
import type { ChatState } from '../state/model';
import { useStore } from '../state/store';

export const ChatContext = createContext<Chat | null>(null);

/** The chat of the signed-in user. */
export function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (chat === null) throw new Error('useChat is for components below ChatContext.');
  return chat;
}

/** A part of what is shown. */
export function useChatState<Part>(select: (state: ChatState) => Part): Part {
  return useStore(useChat().store, select);
}
