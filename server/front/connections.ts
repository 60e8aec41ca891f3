import type { CloseReason } from '@confab/shared';

/** What the registry has to know of a connection. */
export interface Registered {
  readonly address: string;
  readonly userId: string | undefined;
}

/** An open connection, as all others see it. */
export interface LiveConnection extends Registered {
  readonly isOpen: boolean;
  readonly sessionId: string | undefined;
  readonly issuedAt: Date | undefined;
  /** Takes no new calls, and closes within a second. */
  part(reason: CloseReason): void;
  /** Takes no new calls, and closes once those at hand are answered. */
  drain(): void;
  terminate(): void;
}

/** The open connections of one front. */
export class Connections<Connection extends Registered> {
  readonly #all = new Set<Connection>();
  readonly #byUser = new Map<string, Set<Connection>>();
  readonly #byAddress = new Map<string, number>();

  get size(): number {
    return this.#all.size;
  }

  add(connection: Connection): void {
    this.#all.add(connection);
    this.#byAddress.set(connection.address, this.ofAddress(connection.address) + 1);
  }

  /** Files it under its user, who is known only after the handshake. */
  identified(connection: Connection): void {
    if (connection.userId === undefined) return;
    const known = this.#byUser.get(connection.userId);
    if (known === undefined) this.#byUser.set(connection.userId, new Set([connection]));
    else known.add(connection);
  }

  remove(connection: Connection): void {
    if (!this.#all.delete(connection)) return;
    const left = this.ofAddress(connection.address) - 1;
    if (left > 0) this.#byAddress.set(connection.address, left);
    else this.#byAddress.delete(connection.address);
    if (connection.userId === undefined) return;
    const known = this.#byUser.get(connection.userId);
    known?.delete(connection);
    if (known?.size === 0) this.#byUser.delete(connection.userId);
  }

  ofAddress(address: string): number {
    return this.#byAddress.get(address) ?? 0;
  }

  ofUser(userId: string): readonly Connection[] {
    return [...(this.#byUser.get(userId) ?? [])];
  }

  all(): readonly Connection[] {
    return [...this.#all];
  }
}
