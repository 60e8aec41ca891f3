import { memberOf } from './type-node.js';
import type { ObjectNode, TypeNode } from './type-node.js';

/** Nouns of Confab and its plugins that are written out: by members that only they have, the most particular first. */
const nouns: readonly (readonly [string, readonly string[]])[] = [
  ['RoomListItem', ['memberCount', 'lastMessage']],
  ['CreatedRoom', ['memberCount', 'created']],
  ['Room', ['memberCount', 'me']],
  ['RoomState', ['memberCount', 'lastActivityAt']],
  ['PendingRoom', ['lastMessage', 'unread']],
  ['OwnMember', ['joinSeq', 'notify']],
  ['Member', ['joinSeq']],
  ['Poll', ['voterCount', 'mine']],
  ['PollState', ['voterCount']],
];

/**
 * What an object is called whatever contract it stands in: a message, room or member with the host's own fields, a poll,
 * or an event by its type. `undefined` for anything else.
 */
export function nounOf(node: ObjectNode): string | undefined {
  const has = (key: string) => memberOf(node, key) !== undefined;
  if (has('threadCount') && has('forwardedFrom')) {
    // Only an answer says of a reaction whether it is one's own.
    return isListOf(memberOf(node, 'reactions'), 'Reaction') ? 'Message' : 'MessageState';
  }
  const noun = nouns.find(([, keys]) => keys.every(has));
  if (noun !== undefined) return noun[0];
  const type = memberOf(node, 'type');
  const name = type?.kind === 'leaf' ? /^"([\w.]+)"$/.exec(type.text)?.[1] : undefined;
  return name === undefined || !has('at') || !has('data') ? undefined : `${pascalCase(name)}Event`;
}

function isListOf(node: TypeNode | undefined, name: string): boolean {
  return node?.kind === 'list' && node.element.kind === 'name' && node.element.name === name;
}

/** Words of any form as one name. */
export function pascalCase(...words: readonly string[]): string {
  return words
    .flatMap((word) => word.split(/[^A-Za-z0-9]+/))
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
    .replace(/^(?=\d)/, 'T');
}
