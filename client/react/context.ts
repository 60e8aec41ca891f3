'use client';
import { createContext, createElement, useContext } from 'react';
import type { ReactElement, ReactNode } from 'react';
import type { AnyTRPCRouter } from '@trpc/server';
import type { ChatClient } from '../client.js';
import type { ChatContract } from '../contract.js';

const ClientContext = createContext<ChatClient<ChatContract> | null>(null);

export interface ChatProviderProps<Router extends AnyTRPCRouter> {
  /**
   * One for each user: another client means another user. Whoever made it closes it. It may be made while a page is
   * rendered on a server: nothing connects before a hook runs in a browser.
   */
  readonly client: ChatClient<Router>;
  readonly children?: ReactNode;
}

/** Gives a client to the hooks below it. */
export function ChatProvider<Router extends AnyTRPCRouter = ChatContract>({
  client,
  children,
}: ChatProviderProps<Router>): ReactElement {
  // The hooks of a router give it back with the types it came with.
  const value = client as unknown as ChatClient<ChatContract>;
  return createElement(ClientContext.Provider, { value }, children);
}

/** The client of the nearest `ChatProvider`. */
export function useClient(): ChatClient<ChatContract> {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('The chat hooks are for components below a ChatProvider.');
  return client;
}
