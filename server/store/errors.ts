import { ChatError } from '@confab/shared';

/**
 * What a database error means for us.
 *
 * - `conflict`: a deadlock or serialisation failure; doing it again may succeed.
 * - `duplicate`: a unique key is taken.
 * - `busy`: SQLite's write lock is held by another connection.
 * - `away`: the database can't be reached, is overloaded, or made us wait too long.
 * - `other`: a fault of ours or the host's.
 */
export type Fault = 'conflict' | 'duplicate' | 'busy' | 'away' | 'other';

/** Rooms were locked out of order and someone else holds one: waiting could be a deadlock, so all is done again. */
export class LockOrderConflict extends Error {
  override readonly name = 'LockOrderConflict';
}

interface DriverCause {
  readonly kind?: unknown;
  readonly originalCode?: unknown;
}

interface PrismaFault {
  readonly code?: unknown;
  readonly meta?: { readonly driverAdapterError?: { readonly cause?: DriverCause } };
  readonly cause?: unknown;
}

// Not reachable, timed out, closed, no free connection, transaction expired, too many connections.
const awayCodes = new Set(['P1000', 'P1001', 'P1002', 'P1003', 'P1008', 'P1011', 'P1017', 'P2024', 'P2028', 'P2037']);

const awayKinds = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
  'DatabaseDoesNotExist',
  'DatabaseAccessDenied',
  'AuthenticationFailed',
  'TlsConnectionError',
]);

/** Lock, statement and idle timeouts, shutdown, connection failures (08), exhausted resources (53). */
const awayStates = /^(55P03|57014|25P03|57P0[0-9]|08...|53...)$/;

const socketCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE', 'EHOSTUNREACH']);

// The driver's own errors carry no code.
const awayMessages =
  /timeout exceeded when trying to connect|connection error and is not queryable|connection terminated|Cannot use a pool after calling end|database connection is not open/i;

/** What kind of fault this error is. */
export function faultOf(error: unknown): Fault {
  if (typeof error !== 'object' || error === null || error instanceof ChatError) return 'other';
  if (error instanceof LockOrderConflict) return 'conflict';
  const { code, meta } = error as PrismaFault;
  const driver = meta?.driverAdapterError?.cause;
  const state = typeof driver?.originalCode === 'string' ? driver.originalCode : code;
  if (typeof state === 'string' && state.startsWith('SQLITE_BUSY')) return 'busy';
  if (code === 'P2034' || driver?.kind === 'TransactionWriteConflict') return 'conflict';
  if (state === '40001' || state === '40P01') return 'conflict';
  if (code === 'P2002' || driver?.kind === 'UniqueConstraintViolation') return 'duplicate';
  if (typeof code === 'string' && (awayCodes.has(code) || socketCodes.has(code))) return 'away';
  if (typeof state === 'string' && awayStates.test(state)) return 'away';
  if (typeof driver?.kind === 'string' && awayKinds.has(driver.kind)) return 'away';
  if (error instanceof Error && error.name === 'PrismaClientInitializationError') return 'away';
  return error instanceof Error && awayMessages.test(error.message) ? 'away' : 'other';
}

/** Whether PostgreSQL gave up waiting for a lock. */
export function isLockTimeout(error: unknown): boolean {
  return (error as PrismaFault | null)?.meta?.driverAdapterError?.cause?.originalCode === '55P03';
}

/** Whether a unique key of one of our tables is taken; a host's own in its own transaction is the host's business. */
export function isOwnDuplicate(error: unknown): boolean {
  if (faultOf(error) !== 'duplicate') return false;
  const meta = (error as { meta?: { modelName?: unknown } }).meta;
  return typeof meta?.modelName === 'string' && meta.modelName.startsWith('Chat');
}

/** The error as the store's callers get it: passing faults are `UNAVAILABLE`, everything else stays what it is. */
export function asCallerError(error: unknown): unknown {
  const fault = faultOf(error);
  return fault === 'other' || fault === 'duplicate' ? error : unavailable(error);
}

/** A passing fault; its cause is for the log. */
export function unavailable(cause?: unknown): ChatError {
  return new ChatError('UNAVAILABLE', undefined, cause === undefined ? {} : { cause });
}
