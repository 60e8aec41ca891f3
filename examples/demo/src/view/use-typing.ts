import { useCallback, useEffect, useRef } from 'react';
import { useChat } from './context';

const repeatMs = 3_000;

/** Tells the room whether one types: at once when it begins or ends, and now and then while it goes on. */
export function useTyping(roomId: string): (isTyping: boolean) => void {
  const { client } = useChat();
  const toldAt = useRef(0);

  const tell = useCallback(
    (isTyping: boolean) => {
      const wasTold = toldAt.current > 0;
      if (isTyping ? Date.now() - toldAt.current < repeatMs : !wasTold) return;
      toldAt.current = isTyping ? Date.now() : 0;
      // While disconnected it would be sent long after it was true.
      if (client.connection.state !== 'live') return;
      client.api.chat.message.typing.mutate({ roomId, typing: isTyping }).catch(() => undefined);
    },
    [client, roomId],
  );

  useEffect(() => () => tell(false), [tell]);
  return tell;
}
