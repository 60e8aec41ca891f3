import { useEffect, useMemo, useState } from 'react';
import { createChatClient } from '@confab/client';
import type { ChatClient, ChatContract } from '@confab/client';
import { ChatProvider, useUnread } from '@confab/client/react';
import { signOut, storedSession } from '../session';
import type { Session } from '../session';
import { Banner } from './banner';
import { Conversation } from './conversation';
import { Notice } from './notice';
import { PageContext } from './page';
import type { Page } from './page';
import { RoomList } from './room-list';
import { SignIn } from './sign-in';

export function App() {
  const [session, setSession] = useState<Session | null>(storedSession);
  const [client, setClient] = useState<ChatClient<ChatContract> | null>(null);

  useEffect(() => {
    if (session === null) return undefined;
    const opened = createChatClient({ url: new URL('/trpc', location.href).href, token: session.token });
    setClient(opened);
    return () => {
      setClient(null);
      void opened.close();
    };
  }, [session]);

  function leave(): void {
    signOut();
    setSession(null);
  }

  if (session === null) return <SignIn onSignIn={setSession} />;
  if (client === null) return null;
  return (
    <ChatProvider client={client}>
      <Banner onSignOut={leave} />
      <Shell name={session.user.name} onSignOut={leave} />
    </ChatProvider>
  );
}

function Shell({ name, onSignOut }: { readonly name: string; readonly onSignOut: () => void }) {
  const [selected, select] = useState<string | null>(null);
  const [notice, setNotice] = useState<string | null>(null);
  const [drafts] = useState(() => new Map<string, string>());
  const { unread } = useUnread();
  const page = useMemo((): Page => {
    return {
      selected,
      drafts,
      notice,
      dismiss: () => setNotice(null),
      select(roomId) {
        setNotice(null);
        select(roomId);
      },
      async attempt(action) {
        try {
          await action;
          setNotice(null);
          return true;
        } catch (error) {
          setNotice(error instanceof Error ? error.message : 'That did not work.');
          return false;
        }
      },
    };
  }, [selected, drafts, notice]);

  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Confab` : 'Confab';
  }, [unread]);

  return (
    <PageContext value={page}>
      <div className="shell" data-view={selected === null ? 'list' : 'detail'}>
        <RoomList name={name} onSignOut={onSignOut} />
        {selected === null ? (
          <main className="empty">
            <p>Choose a conversation, or start a new one.</p>
          </main>
        ) : (
          <Conversation key={selected} roomId={selected} />
        )}
        <Notice />
      </div>
    </PageContext>
  );
}
