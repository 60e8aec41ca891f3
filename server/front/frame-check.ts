import { ChatError, invalid } from '@confab/shared';
import { inspectInput } from './input-check.js';

export type RequestId = string | number;
export type CallType = 'query' | 'mutation' | 'subscription';

/** A well-formed call: what tRPC gets, and nothing the client added to it. */
export interface Call {
  readonly kind: 'call';
  readonly takesPlace: true;
  readonly id: RequestId;
  readonly type: CallType;
  readonly path: string;
  readonly input: unknown;
  readonly message: object;
}

/** The end of a subscription, asked for by the client. */
export interface Stop {
  readonly kind: 'stop';
  readonly takesPlace: false;
  readonly id: RequestId;
  readonly message: object;
}

/** An entry that gets an error and goes no further. */
export interface Refused {
  readonly kind: 'refused';
  readonly id: RequestId | null;
  readonly path?: string;
  readonly error: ChatError;
  /** Whether it counts on its own; of a frame with too many calls only the first does. */
  readonly counts: boolean;
}

/** connectionParams once more: they never change who a socket is. */
export interface Ignored {
  readonly kind: 'ignored';
}

export type Entry = Call | Stop | Refused | Ignored;

/** Longer ids would be repeated in every message of a stream. */
const longestId = 128;
const longestPath = 256;

/** Whether the router surely has no procedure of this type at a path. */
export type IsMissing = (path: string, type: CallType) => boolean;

/**
 * Judges every entry of a frame by itself, so that a bad one never takes the others with it. Queries and mutations count
 * towards `callsPerFrame`; subscriptions do not, because a client that reconnects sends all of its own at once.
 */
export function checkFrame(text: string, callsPerFrame: number, isMissing: IsMissing): readonly Entry[] {
  const value = parseJson(text);
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (items.length === 0) return [refused(null, 'The frame is empty.')];
  const entries = items.map((item) => checkEntry(item, isMissing));
  const calls = entries.filter((entry) => entry.kind === 'call' && entry.type !== 'subscription');
  return calls.length > callsPerFrame ? tooMany(entries) : entries;
}

/** The connectionParams in a first frame: `null` or an object of strings; `undefined` when it is anything else. */
export function readConnectionParams(text: string): Readonly<Record<string, string>> | null | undefined {
  const value = parseJson(text);
  if (!isObject(value) || value['method'] !== 'connectionParams') return undefined;
  const data = value['data'] ?? null;
  if (data === null) return null;
  if (!isObject(data)) return undefined;
  const entries = Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return entries.length === Object.keys(data).length ? Object.fromEntries(entries) : undefined;
}

function checkEntry(value: unknown, isMissing: IsMissing): Entry {
  if (!isObject(value)) return refused(null, 'A call is an object.');
  const { id, jsonrpc, method, params } = value;
  if (method === 'connectionParams') return { kind: 'ignored' };
  if (!isRequestId(id)) return refused(null, 'A call needs an id: a number or a string of at most 128 characters.');
  if (jsonrpc !== undefined && jsonrpc !== '2.0') return refused(id, 'jsonrpc is "2.0" or left out.');
  const head = jsonrpc === undefined ? { id, method } : { id, jsonrpc, method };
  if (method === 'subscription.stop') return { kind: 'stop', takesPlace: false, id, message: head };
  if (method !== 'query' && method !== 'mutation' && method !== 'subscription') {
    return refused(id, 'The method is query, mutation, subscription or subscription.stop.');
  }
  if (!isObject(params)) return refused(id, 'params is an object.');
  const { path, input, lastEventId } = params;
  if (typeof path !== 'string' || path.length > longestPath) return refused(id, 'params.path is a string.');
  if (lastEventId !== undefined && typeof lastEventId !== 'string') {
    return refused(id, 'params.lastEventId is a string.', path);
  }
  if (isMissing(path, method)) {
    const error = new ChatError('NOT_FOUND', `There is no ${method} "${path}".`);
    return { kind: 'refused', id, path, error, counts: true };
  }
  const error = inspectInput(input);
  if (error !== undefined) return { kind: 'refused', id, path, error, counts: true };
  const message = { ...head, params: lastEventId === undefined ? { path, input } : { path, input, lastEventId } };
  return { kind: 'call', takesPlace: true, id, type: method, path, input, message };
}

function tooMany(entries: readonly Entry[]): readonly Entry[] {
  const error = new ChatError('TOO_LARGE', 'Too many calls in one frame.', {
    details: { constraint: 'callsPerFrame' },
  });
  let counts = true;
  return entries.map((entry) => {
    if (entry.kind !== 'call' || entry.type === 'subscription') return entry;
    const answer: Refused = { kind: 'refused', id: entry.id, path: entry.path, error, counts };
    counts = false;
    return answer;
  });
}

/** Made once each: a frame may hold thousands of bad entries, and an error's stack is dear. */
const errors = new Map<string, ChatError>();

/** `message` is one of those written in this file, never the client's words. */
function refused(id: RequestId | null, message: string, path?: string): Refused {
  const error = errors.get(message) ?? invalid('', message);
  errors.set(message, error);
  const answer = { kind: 'refused', id, error, counts: true } as const;
  return path === undefined ? answer : { ...answer, path };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRequestId(id: unknown): id is RequestId {
  return typeof id === 'number' || (typeof id === 'string' && id.length <= longestId);
}
