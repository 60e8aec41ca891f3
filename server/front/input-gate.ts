/** Why a socket is not read at the moment. */
export type HoldReason = 'calls' | 'output';

/** Stops reading while there is any reason to, so that a peer is slowed down instead of queued for. */
export interface InputGate {
  hold(reason: HoldReason): void;
  release(reason: HoldReason): void;
  /** Reads to the end, whatever the reasons: the closing handshake has to get through. */
  open(): void;
}

export function createInputGate(pause: () => void, resume: () => void): InputGate {
  const reasons = new Set<HoldReason>();
  return {
    hold(reason) {
      if (reasons.size === 0) pause();
      reasons.add(reason);
    },
    release(reason) {
      if (reasons.delete(reason) && reasons.size === 0) resume();
    },
    open() {
      if (reasons.size > 0) resume();
      reasons.clear();
    },
  };
}
