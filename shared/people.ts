/** What others may see of a user: never an e-mail address or another private field. */
export interface UserProfile {
  readonly id: string;
  /** `null` until the host's `viewer` or `users.load` has named the user. */
  readonly name: string | null;
  readonly image: string | null;
}

export interface Session {
  readonly id: string;
  readonly current: boolean;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly userAgent: string | null;
}

export interface Presence {
  readonly userId: string;
  readonly status: 'online' | 'offline';
  readonly lastSeenAt: Date | null;
}

/** Somebody one wants nothing to do with. */
export interface Block {
  readonly userId: string;
  readonly user: UserProfile;
  readonly createdAt: Date;
}
