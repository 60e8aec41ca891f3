import type { SocketLimits } from '@confab/shared';
import type { WebSocketServer } from 'ws';
import type { Connections, LiveConnection } from './connections.js';
import type { ErrorAnswer } from './error-answer.js';
import type { DeliveryFrames } from './frames.js';
import type { WebSocketsOptions } from './options.js';
import type { Turns } from './socket-writer.js';

/** What all connections of one `webSockets()` share. */
export interface Front {
  readonly options: WebSocketsOptions;
  readonly limits: SocketLimits;
  readonly server: WebSocketServer;
  readonly registry: Connections<LiveConnection>;
  readonly frames: DeliveryFrames;
  readonly turns: Turns;
  readonly answer: ErrorAnswer;
}
