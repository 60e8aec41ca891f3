import type { Prng } from '../simulator/prng.js';
import type { PlannedRoom } from './rooms.js';
import type { Voice } from './voice.js';
import type { Wording } from './wording.js';

/** One room while people talk in it. */
export interface Scene {
  readonly prng: Prng;
  readonly room: PlannedRoom;
  readonly roomId: string;
  readonly voice: Voice;
  readonly wording: Wording;
}
