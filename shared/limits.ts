/** A token bucket: `perSecond` on average, `burst` at once. `false` lifts the limit. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Limits of the chat procedures, per user over all nodes unless said otherwise. */
export interface Limits {
  readonly contentCodePoints: number;
  /** UTF-8 bytes. */
  readonly contentBytes: number;
  /** UTF-8 bytes of the object's JSON. */
  readonly customBytes: number;
  /** The object itself is depth 1. */
  readonly customDepth: number;
  /** Counted over all levels. */
  readonly customKeys: number;
  readonly attachments: number;
  readonly mentions: number;
  readonly emojiLength: number;
  readonly membersPerCall: number;
  readonly roomsPerUser: number;
  readonly membersPerRoom: number;
  /** The most a list returns at once. */
  readonly page: number;
  /** Bytes of one file that `upload.sign` is asked for. */
  readonly uploadBytes: number;
  readonly sends: Rate | false;
  readonly mutations: Rate | false;
  /** A second `typing: true` within this time is accepted and not passed on. */
  readonly typingMs: number;
  /** Event streams per user. */
  readonly streams: number;
}

export const defaultLimits: Limits = {
  contentCodePoints: 8_000,
  contentBytes: 32_768,
  customBytes: 4_096,
  customDepth: 5,
  customKeys: 64,
  attachments: 10,
  mentions: 50,
  emojiLength: 128,
  membersPerCall: 100,
  roomsPerUser: 5_000,
  membersPerRoom: 100_000,
  page: 100,
  uploadBytes: 104_857_600,
  sends: { perSecond: 10, burst: 20 },
  mutations: { perSecond: 20, burst: 60 },
  typingMs: 2_000,
  streams: 5,
};

/** Limits of one WebSocket, enforced before any call runs. */
export interface SocketLimits {
  readonly frameBytes: number;
  readonly callsPerFrame: number;
  /** Past it the rest waits and the socket is paused. */
  readonly callsInFlight: number;
  readonly connectionsPerUser: number;
  readonly connectionsPerAddress: number;
  /** Refused calls on one connection before it is closed with 4008. */
  readonly refusals: { readonly count: number; readonly windowMs: number };
  /** Queued bytes at which live events are held back. */
  readonly pauseBytes: number;
  /** Queued bytes at which the socket is closed with 4009. */
  readonly closeBytes: number;
  /** Held events at which the socket is closed with 4009. */
  readonly closeEvents: number;
  /** From the TCP connection to the end of the handshake. */
  readonly handshakeMs: number;
  /** From the handshake to the announced connectionParams. */
  readonly credentialsMs: number;
  readonly pingMs: number;
  readonly pongMs: number;
}

export const defaultSocketLimits: SocketLimits = {
  frameBytes: 65_536,
  callsPerFrame: 100,
  callsInFlight: 32,
  connectionsPerUser: 20,
  connectionsPerAddress: 200,
  refusals: { count: 50, windowMs: 60_000 },
  pauseBytes: 262_144,
  closeBytes: 1_048_576,
  closeEvents: 1_000,
  handshakeMs: 5_000,
  credentialsMs: 10_000,
  pingMs: 25_000,
  pongMs: 8_000,
};

/** Bounds of a replay. */
export const replayLimits = {
  /** More missed events in one room than this: `room.limited`. */
  eventsPerRoom: 100,
  /** More in all: `resync`. */
  events: 1_000,
  bytes: 1_048_576,
  rooms: 500,
} as const;

/** Rooms with more members than this get no receipts, presence or profile events. */
export const receiptRoomSize = 256;

/** Code points of a query of `message.search`. */
export const searchQueryLength = 256;

/** A cursor longer than this is not read. */
export const cursorLength = 512;
