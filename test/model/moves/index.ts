import type { Move } from '../step.js';
import * as invites from './invites.js';
import * as members from './members.js';
import * as messages from './messages.js';
import * as notices from './notices.js';
import * as people from './people.js';
import * as reports from './reports.js';
import * as rooms from './rooms.js';
import * as scheduled from './scheduled.js';
import * as standing from './standing.js';
import * as streams from './streams.js';
import type { StreamMove } from './streams.js';
import * as threads from './threads.js';

interface Weighed<Kind> {
  readonly name: string;
  readonly weight: number;
  readonly move: Kind;
}

const all: Readonly<Record<string, Move>> = {
  ...{ ...rooms, ...members, ...standing, ...messages, ...threads, ...people },
  ...{ ...invites, ...scheduled, ...reports, ...notices },
};
const allStreams: Readonly<Record<string, StreamMove>> = {
  ...{
    goAway: streams.goAway,
    comeBack: streams.comeBack,
    reconnect: streams.reconnect,
    wait: streams.wait,
    restart: streams.restart,
  },
};

/** How often something is done; what is not here, twice. */
const weights: Readonly<Record<string, number>> = {
  ...{
    say: 10,
    mention: 6,
    reply: 4,
    markPlace: 7,
    markMessages: 4,
    sayInThread: 6,
    readThread: 3,
    deleteForAll: 4,
    react: 5,
    edit: 3,
  },
  ...{
    createRoom: 3,
    createDirect: 2,
    addMembers: 5,
    join: 3,
    acceptInvite: 4,
    inviteUser: 3,
    deleteRoom: 1,
    burst: 1,
    schedule: 5,
    report: 4,
    resolveReport: 5,
    setDisturbance: 1,
    block: 1,
    unblock: 1,
  },
  ...{ goAway: 4, comeBack: 5, reconnect: 3, wait: 1, restart: 2, leave: 2 },
};

function weigh<Kind>(named: Readonly<Record<string, Kind>>): readonly Weighed<Kind>[] {
  return Object.entries(named).map(([name, move]) => ({ name, weight: weights[name] ?? 2, move }));
}

/** Everything a user does by a call. */
export const moves = weigh(all);

/** Everything that happens to devices. */
export const streamMoves = weigh(allStreams);
