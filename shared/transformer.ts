import superjson from 'superjson';
import { ChatError, invalid } from './errors.js';
import { isForbiddenKey, isPlainObject } from './keys.js';

/** Bounds of one input, whatever it is for. What is in it has limits of its own. */
const bounds = { depth: 32, values: 100_000, annotations: 10_000, pathLength: 1_024, bigintDigits: 40 } as const;

const types = ['Date', 'undefined', 'bigint', 'map', 'set'] as const;
type Type = (typeof types)[number];

/** What the annotations say about one place of the JSON. */
interface Note {
  type: Type | undefined;
  readonly children: Map<string, Note>;
}

interface Reading {
  values: number;
  annotations: number;
  readonly isLegacy: boolean;
}

/**
 * Reads an input that superjson wrote, and nothing else superjson could read: plain JSON, `Date`, `undefined`, `bigint`
 * up to 40 digits, `Map` and `Set`, in bounded depth and number, without forbidden keys. A value used in several places
 * is read as a copy in each. Anything else is a `VALIDATION` error, too many values are `TOO_LARGE`; an absent input is
 * `undefined`.
 */
export function guardedDeserialize(payload: unknown): unknown {
  if (payload === undefined) return undefined;
  if (!isPlainObject(payload) || !hasOnly(payload, ['json', 'meta'])) throw refusal('An input is { json, meta? }.');
  const { json, meta } = payload;
  if (meta === undefined) return read(json, undefined, 1, { values: 0, annotations: 0, isLegacy: false });
  if (!isPlainObject(meta) || !hasOnly(meta, ['values', 'referentialEqualities', 'v'])) throw refusal('Unknown meta.');
  const { values, referentialEqualities, v } = meta;
  if (v !== undefined && v !== 0 && v !== 1) throw refusal('Unknown version of meta.');
  const reading: Reading = { values: 0, annotations: 0, isLegacy: v !== 1 };
  const note = createNote();
  if (values !== undefined) annotate(values, note, reading, 1);
  if (referentialEqualities !== undefined) checkEqualities(referentialEqualities, reading);
  return read(json, note, 1, reading);
}

/**
 * The transformer of both sides: superjson, with inputs read by {@link guardedDeserialize}. A stock client that uses
 * `superjson` itself understands it and is understood.
 */
export const transformer = {
  input: {
    serialize: (value: unknown): unknown => superjson.serialize(value),
    deserialize: guardedDeserialize,
  },
  output: {
    serialize: (value: unknown): unknown => superjson.serialize(value),
    deserialize: (payload: Parameters<typeof superjson.deserialize>[0]): unknown => superjson.deserialize(payload),
  },
} as const;

function read(json: unknown, note: Note | undefined, depth: number, reading: Reading): unknown {
  reading.values += 1;
  if (reading.values > bounds.values) throw new ChatError('TOO_LARGE', `At most ${bounds.values} values in an input.`);
  if (depth > bounds.depth) throw refusal(`At most ${bounds.depth} levels in an input.`);
  const plain = readPlain(json, note, depth, reading);
  return note?.type === undefined ? plain : convert(plain, note.type);
}

function readPlain(json: unknown, note: Note | undefined, depth: number, reading: Reading): unknown {
  if (Array.isArray(json)) {
    const list = json.map((item: unknown, index) => read(item, note?.children.get(String(index)), depth + 1, reading));
    for (const key of note?.children.keys() ?? []) {
      if (!/^(0|[1-9]\d*)$/.test(key) || Number(key) >= list.length) throw refusal('An annotation points nowhere.');
    }
    return list;
  }
  if (isPlainObject(json)) {
    const object: Record<string, unknown> = {};
    for (const key of Object.keys(json)) {
      if (isForbiddenKey(key)) throw refusal('A key is not allowed.');
      object[key] = read(json[key], note?.children.get(key), depth + 1, reading);
    }
    for (const key of note?.children.keys() ?? []) {
      if (!Object.hasOwn(object, key)) throw refusal('An annotation points nowhere.');
    }
    return object;
  }
  if (note !== undefined && note.children.size > 0) throw refusal('An annotation points nowhere.');
  const isJson = json === null || typeof json === 'string' || typeof json === 'boolean' || Number.isFinite(json);
  if (!isJson) throw refusal('Only JSON is allowed.');
  return json;
}

function convert(value: unknown, type: Type): unknown {
  switch (type) {
    case 'undefined':
      if (value !== null) throw refusal('Not an undefined.');
      return undefined;
    case 'Date': {
      const date = typeof value === 'string' && value.length <= 64 ? new Date(value) : undefined;
      if (date === undefined || Number.isNaN(date.getTime())) throw refusal('Not a date.');
      return date;
    }
    case 'bigint':
      if (typeof value !== 'string' || !isInteger(value))
        throw refusal(`Not a bigint of at most ${bounds.bigintDigits} digits.`);
      return BigInt(value);
    case 'set':
      if (!Array.isArray(value)) throw refusal('Not a set.');
      return new Set<unknown>(value);
    case 'map':
      if (!Array.isArray(value) || !value.every(isEntry)) throw refusal('Not a map.');
      return new Map<unknown, unknown>(value);
  }
}

function isInteger(text: string): boolean {
  return /^-?\d+$/.test(text) && text.replace('-', '').length <= bounds.bigintDigits;
}

function isEntry(value: unknown): value is [unknown, unknown] {
  return Array.isArray(value) && value.length === 2;
}

/** A tree is `[type]`, `[type, children]` or the children alone, whose keys are dotted paths. */
function annotate(tree: unknown, note: Note, reading: Reading, depth: number): void {
  if (depth > bounds.depth) throw refusal('Annotations are too deep.');
  if (!Array.isArray(tree)) {
    annotateChildren(tree, note, reading, depth);
    return;
  }
  const [type, children] = tree as readonly unknown[];
  const known = types.find((candidate) => candidate === type);
  if (known === undefined || tree.length > 2)
    throw refusal('An input may hold JSON, Date, undefined, bigint, Map, Set.');
  if (note.type !== undefined) throw refusal('Two annotations for one value.');
  note.type = known;
  if (children !== undefined) annotateChildren(children, note, reading, depth);
}

function annotateChildren(children: unknown, note: Note, reading: Reading, depth: number): void {
  if (!isPlainObject(children)) throw refusal('Not an annotation.');
  for (const key of Object.keys(children)) {
    let place = note;
    for (const segment of parsePath(key, reading)) {
      const next = place.children.get(segment) ?? createNote();
      place.children.set(segment, next);
      place = next;
    }
    annotate(children[key], place, reading, depth + 1);
  }
}

/** Values used twice are in the JSON twice, so that only references back to what holds them have to be refused. */
function checkEqualities(equalities: unknown, reading: Reading): void {
  if (!isPlainObject(equalities)) throw refusal('Circular references are not allowed.');
  for (const key of Object.keys(equalities)) {
    const others = equalities[key];
    if (!Array.isArray(others)) throw refusal('Not a list of equal values.');
    const path = parsePath(key, reading);
    for (const other of others as readonly unknown[]) {
      if (typeof other !== 'string') throw refusal('Not a list of equal values.');
      const otherPath = parsePath(other, reading);
      const isInside = path.every((segment, index) => segment === otherPath[index]);
      const isAround = otherPath.every((segment, index) => segment === path[index]);
      if (isInside || isAround) throw refusal('Circular references are not allowed.');
    }
  }
}

/** Segments are joined by dots; `\` escapes a dot and, but in the first version, itself. */
function parsePath(path: string, reading: Reading): readonly string[] {
  reading.annotations += 1;
  if (reading.annotations > bounds.annotations || path.length > bounds.pathLength) {
    throw new ChatError('TOO_LARGE', 'Too many annotations in an input.');
  }
  const segments: string[] = [];
  let segment = '';
  for (let index = 0; index < path.length; index += 1) {
    const character = path.charAt(index);
    const following = path.charAt(index + 1);
    if (character === '.') {
      segments.push(segment);
      segment = '';
    } else if (character === '\\' && (following === '.' || (following === '\\' && !reading.isLegacy))) {
      segment += following;
      index += 1;
    } else if (character === '\\' && !reading.isLegacy) throw refusal('A path is not valid.');
    else segment += character;
  }
  segments.push(segment);
  if (segments.length > bounds.depth || segments.some(isForbiddenKey)) throw refusal('A path is not allowed.');
  return segments;
}

function createNote(): Note {
  return { type: undefined, children: new Map() };
}

function hasOnly(object: Record<string, unknown>, keys: readonly string[]): boolean {
  return Object.keys(object).every((key) => keys.includes(key));
}

function refusal(message: string): ChatError {
  return invalid('', message);
}
