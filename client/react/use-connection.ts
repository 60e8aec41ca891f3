'use client';
import { useMemo, useSyncExternalStore } from 'react';
import type { ConnectionStatus } from '../status.js';
import { useClient } from './context.js';

const idle: ConnectionStatus = { state: 'idle', reason: null, retryAt: null };

export interface ConnectionResult extends ConnectionStatus {
  /** Tries again at once. */
  connect(): void;
}

/** How the connection stands, and why. */
export function useConnection(): ConnectionResult {
  const { connection, connect } = useClient();
  const status = useSyncExternalStore(
    connection.subscribe,
    () => connection.status,
    () => idle,
  );
  return useMemo(() => ({ ...status, connect }), [status, connect]);
}
