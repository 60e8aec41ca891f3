import { personalRoom } from '../../events/log.js';
import type { FrontLog } from '../../front/options.js';
import { actorOf } from '../../operations/kernel.js';
import type { Kernel, Op } from '../../operations/kernel.js';
import { reach, seenAmong } from '../../policy/reach.js';
import { enter, look } from '../../policy/enter.js';
import type { Builders } from '../../router/builders.js';
import type { CoreCaller } from '../../router/index.js';
import type { ChatStore } from '../../store/port.js';
import type { ReadTx, WriteTx } from '../../store/transaction.js';
import { scopeOf } from '../call-scope.js';
import { createErrorMaker } from '../error-maker.js';
import type { ChatPlugin } from './plugin.js';
import type { EventTarget, PluginKit, PluginRead, PluginWrite, PublishOptions } from './plugin-kit.js';
import { opOf } from '../scope.js';
import type { ChatScope } from '../scope.js';

/** Everything of the chat that a plugin may reach. */
export interface PluginHouse {
  readonly kernel: Kernel;
  readonly builders: Builders;
  readonly log: FrontLog;
  /** The scope of the host itself. */
  readonly host: ChatScope;
  system(within: ChatStore): CoreCaller;
  as(userId: string, within: ChatStore): CoreCaller;
}

type LooseKit = PluginKit<
  Record<never, never>,
  Record<string, never>,
  Record<never, never>,
  Record<never, never>,
  unknown
>;

/** The kit of one plugin. What its types promise beyond this was checked when the plugin was defined. */
export function createPluginKit(plugin: ChatPlugin, house: PluginHouse): LooseKit {
  const { kernel, builders, log, host } = house;
  const rateOf = (rate: string | undefined): string | undefined =>
    rate !== undefined && plugin.limits !== undefined && Object.hasOwn(plugin.limits, rate)
      ? `${plugin.id}.${rate}`
      : rate;

  function reading(op: Op, tx: ReadTx): PluginRead<unknown> {
    const { db, provider } = tx;
    const { methods } = op.store;
    return {
      ...{ models: db, db, provider },
      present: (rows) => methods.presentMessages(tx, { rows, viewerId: op.caller.userId }),
    };
  }

  function writing(op: Op, tx: WriteTx): PluginWrite<unknown, Record<string, never>> {
    return {
      ...reading(op, tx),
      publish: (to, type, facts, options) => publish(op, tx, to, type, facts, options),
      lock: (roomIds) => tx.lock(roomIds),
      touchMessage({ id: messageId, roomId }) {
        tx.append({
          roomId,
          type: 'message.updated',
          actorId: actorOf(op),
          at: kernel.clock.now(),
          data: { messageId },
        });
      },
      afterCommit: (task) => tx.afterCommit(task),
    };
  }

  return {
    user: (options) => builders.user(rateOf(options?.rate)),
    room: (action, options) => builders.room(action, rateOf(options?.rate)),
    message: (action, options) => builders.message(action, rateOf(options?.rate)),
    error: createErrorMaker(plugin.errors ?? {}),
    read(scope, work) {
      const op = opOf(scope);
      return op.store.read((tx) => work(reading(op, tx)));
    },
    readMessages(scope, action, roomId, messageIds, work) {
      const op = opOf(scope);
      return op.store.read(async (tx) => {
        const { room, me } = await look(op, tx, action, roomId);
        const messages = await seenAmong(op, tx, { room, me }, messageIds);
        return work({ ...reading(op, tx), room, member: me, messages });
      });
    },
    transaction(scope, work) {
      const op = opOf(scope);
      return op.store.transaction(({ store }) => work(scopeOf({ ...op, store })));
    },
    write(scope, work) {
      const op = opOf(scope);
      return op.store.write((tx) => work(writing(op, tx)));
    },
    writeRoom(scope, action, roomId, work) {
      const op = opOf(scope);
      return op.store.write(async (tx) => {
        const { room, me } = await enter(op, tx, action, roomId);
        return work({ ...writing(op, tx), room, member: me });
      });
    },
    writeMessage(scope, action, messageId, work) {
      const op = opOf(scope);
      return op.store.write(async (tx) => {
        const { room, me, message } = await reach(op, tx, action, messageId);
        return work({ ...writing(op, tx), room, member: me, message });
      });
    },
    system: (scope) => house.system(scope === undefined ? kernel.store : opOf(scope).store),
    as: (userId, scope) => house.as(userId, scope === undefined ? kernel.store : opOf(scope).store),
    host,
    settings: kernel.settings,
    clock: kernel.clock,
    ids: kernel.ids,
    log,
  };
}

/** Logs an event of a declared type in a room that is locked, or in the log of one person. */
export async function publish(
  op: Op,
  tx: WriteTx,
  to: EventTarget,
  type: string,
  given: unknown,
  { isAnonymous = false }: PublishOptions = {},
): Promise<void> {
  const { ownEvents, clock } = op.kernel;
  const facts = ownEvents.facts(type, given);
  if ('userId' in to) await tx.lockPersonal([to.userId]);
  const roomId = 'userId' in to ? personalRoom(to.userId) : to.roomId;
  const actorId = isAnonymous ? null : actorOf(op);
  tx.append({ roomId, type, actorId, at: clock.now(), data: { own: facts } });
}
