/** One connection that calls and hears. The same shape for both contestants, so that suites don't know which it is. */
export interface Caller {
  /** Resolves when the message is stored. */
  send(content: string): Promise<void>;
  /** Subscribes; `heard` is called for every message. Resolves when messages would arrive. */
  listen(heard: () => void): Promise<void>;
  close(): void;
}

/** A room with users in it. */
export interface Arena {
  /** The `index`th user on a connection of its own. */
  connect(index: number): Promise<Caller>;
}
