import { useEffect, useState } from 'react';
import { createChat } from '../state/chat';
import type { Chat } from '../state/chat';
import { signOut, storedSession } from '../state/session';
import type { Session } from '../state/session';
import { Banner } from './banner';
import { ChatContext, useChat, useChatState } from './context';
import { Conversation } from './conversation';
import { RoomList } from './room-list';
import { SignIn } from './sign-in';

export function App() {
  const [session, setSession] = useState<Session | null>(storedSession);
  const [chat, setChat] = useState<Chat | null>(null);

  useEffect(() => {
    if (session === null) return undefined;
    const opened = createChat(session);
    setChat(opened);
    return () => {
      setChat(null);
      void opened.close();
    };
  }, [session]);

  function leave(): void {
    signOut();
    setSession(null);
  }

  if (session === null) return <SignIn onSignIn={setSession} />;
  if (chat === null) return null;
  return (
    <ChatContext value={chat}>
      <Banner onSignOut={leave} />
      <Shell onSignOut={leave} />
    </ChatContext>
  );
}

function Shell({ onSignOut }: { readonly onSignOut: () => void }) {
  const chat = useChat();
  const selected = useChatState((state) => state.selected);
  const unread = useChatState((state) => Object.values(state.rooms).reduce((sum, room) => sum + room.unread, 0));
  const notice = useChatState((state) => state.notice);

  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Confab` : 'Confab';
  }, [unread]);

  return (
    <div className="shell" data-view={selected === null ? 'list' : 'detail'}>
      <RoomList onSignOut={onSignOut} />
      {selected === null ? (
        <main className="empty">
          <p>Choose a conversation, or start a new one.</p>
        </main>
      ) : (
        <Conversation key={selected} roomId={selected} />
      )}
      {notice !== null && (
        <div className="toast" role="alert">
          <span>{notice}</span>
          <button type="button" className="plain" aria-label="Dismiss" onClick={() => chat.notice(null)}>
            ✕
          </button>
        </div>
      )}
    </div>
  );
}
