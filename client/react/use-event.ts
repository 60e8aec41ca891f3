'use client';
import { useEffect, useRef } from 'react';
import type { ChatEvent } from '@confab/shared';
import type { ListenedEvent } from '../listeners.js';
import { useClient } from './context.js';

/**
 * Calls a function for each event of a type, or of all with `'*'`, while the component is there. It is always the
 * function of the last render that is called.
 */
export function useEvent<Type extends ChatEvent['type'] | '*'>(
  type: Type,
  listener: (event: ListenedEvent<Type>) => void,
): void {
  const client = useClient();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => client.on(type, (event) => latest.current(event)), [client, type]);
}
