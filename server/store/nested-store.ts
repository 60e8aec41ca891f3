import { asCallerError, faultOf, isOwnDuplicate, unavailable } from './errors.js';
import type { ChatStore } from './port.js';
import { template } from './sql.js';
import type { Db, ReadTx } from './transaction.js';
import type { UnitOfWork } from './write-transaction.js';

/**
 * A store inside a transaction of the host. A chat call that fails leaves nothing behind in it, and the host may go on;
 * calls made at once run one after the other.
 */
export function createNestedStore(outer: ChatStore, unit: UnitOfWork): ChatStore {
  const { db, provider, present } = unit.tx;
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  }

  const store: ChatStore = {
    ...outer,
    open: () => Promise.resolve(),
    afterCommit: (task) => unit.tx.afterCommit(task),
    get log() {
      return outer.log;
    },
    read: (work) =>
      inTurn(() =>
        work({ db, host: db, provider, present } satisfies ReadTx).catch((error: unknown) => {
          throw told(unit, error);
        }),
      ),
    write: (work) =>
      inTurn(() =>
        undoable(db, unit, async () => {
          const result = await work(unit.tx);
          await unit.flush();
          return result;
        }),
      ),
    hasPlainSends: false,
    sendPlain: () => Promise.resolve({ outcome: 'fenced' }),
    // Its calls queue by themselves, inside the turn of the whole.
    transaction: (work) =>
      inTurn(() =>
        undoable(db, unit, async () => {
          const result = await work({ tx: db, store: createNestedStore(outer, unit) });
          await unit.flush();
          return result;
        }),
      ),
    close: () => Promise.resolve(),
  };
  return store;
}

const open = template('SAVEPOINT "confab_call"');
const keep = template('RELEASE SAVEPOINT "confab_call"');
const undo = template('ROLLBACK TO SAVEPOINT "confab_call"');

async function undoable<Result>(db: Db, unit: UnitOfWork, work: () => Promise<Result>): Promise<Result> {
  const restore = unit.mark();
  await db.$executeRaw(open);
  try {
    const result = await work();
    await db.$executeRaw(keep);
    return result;
  } catch (error) {
    restore();
    // A transaction that is past saving refuses this as well; the first error is the one that tells why.
    await db.$executeRaw(undo).catch(() => undefined);
    throw told(unit, error);
  }
}

/** A lost race is for the whole transaction to be done again, whatever the host makes of the call's own error. */
function told(unit: UnitOfWork, error: unknown): unknown {
  if (faultOf(error) !== 'conflict' && !isOwnDuplicate(error)) return asCallerError(error);
  unit.lost(error);
  return unavailable(error);
}
