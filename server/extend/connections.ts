import type { ChatScope } from './scope.js';

/** A socket of someone who is logged in. */
export interface ConnectionCall {
  readonly ctx: ChatScope;
  readonly userAgent: string | null;
}

/**
 * What a host hears of sockets. Nothing waits for these and nothing comes of what they return; one that throws is logged
 * and changes nothing. To turn a socket away, use the hook `session.open`.
 */
export interface ConnectionHooks {
  onConnect?(connection: ConnectionCall): unknown;
  onDisconnect?(connection: ConnectionCall & { readonly closeCode: number }): unknown;
  /** Every call that came over a socket, the host's own procedures too, when its turn has come. */
  onCall?(call: {
    /** `null`: nobody is logged in. */
    readonly ctx: ChatScope | null;
    readonly connectionId: string;
    /** As in `chat.message.send`. */
    readonly path: string;
    readonly type: 'query' | 'mutation' | 'subscription';
  }): unknown;
}
