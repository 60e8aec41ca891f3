import assert from 'node:assert/strict';
import type { BusMessage } from '../../bus/bus.js';
import { eventually, range } from '../suite/expectations.js';
import type { SuiteCase } from '../suite/runner.js';
import type { BusBench } from './fixture.js';
import { hint, positions } from './fixture.js';

/** Every kind of message, with everything in it that is easily lost on a wire. */
const everyKind: readonly BusMessage[] = [
  {
    kind: 'heads',
    heads: [
      { shard: 0, pos: 1 },
      { shard: 15, pos: Number.MAX_SAFE_INTEGER },
    ],
  },
  {
    kind: 'ephemeral',
    to: { roomId: 'room', except: 'zoë "quoted"' },
    event: {
      type: 'typing',
      at: new Date('2026-03-04T05:06:07.089Z'),
      roomId: 'room',
      actorId: 'zoë "quoted"',
      data: { userId: 'zoë "quoted"', typing: true },
    },
  },
  {
    kind: 'ephemeral',
    to: { userIds: ['😀', 'bob'] },
    event: {
      type: 'presence',
      at: new Date(0),
      data: { userId: 'ada', status: 'offline', lastSeenAt: null },
    },
  },
  {
    kind: 'ephemeral',
    to: { roomId: 'room' },
    event: {
      type: 'receipt.read',
      at: new Date(1),
      roomId: 'room',
      data: { userId: 'ada', seq: 7, at: new Date(999) },
    },
  },
  { kind: 'revoked', userId: 'ada', sessionId: 'phone', reason: 'revoked', revokedAt: 1_700_000_000_123 },
  { kind: 'excluded', userId: 'ada', why: 'ban', at: 1_700_000_000_123 },
  { kind: 'included', userId: 'ada' },
];

/** What may come along on a shared server, most of it almost right. */
const garbage: readonly string[] = [
  '',
  'null',
  '[]',
  '{',
  '42',
  '{"kind":"heads"}',
  '{"kind":"heads","heads":[{"shard":"0","pos":null}]}',
  '{"kind":"ephemeral","to":{},"event":{}}',
  '{"kind":"unheard of","heads":[]}',
  '{"__proto__":{"kind":"heads"}}',
  '\u0000\ufffd',
  'x'.repeat(100_000),
];

/** What every bus has to do. */
export const busCases: readonly SuiteCase<BusBench>[] = [
  {
    name: 'reaches every other node, once',
    async run({ node, meet, waitMs }) {
      const [one, two, three] = [await node(), await node(), await node()];
      await meet([one, two, three]);
      one.bus.publish(hint(1));
      two.bus.publish(hint(2));
      const hasAll = () => positions(three).length >= 2 && positions(two).length >= 1 && positions(one).length >= 1;
      await eventually(hasAll, 'both messages', { timeoutMs: waitMs });
      await meet([one, two, three]);
      assert.deepEqual(positions(one), [2]);
      assert.deepEqual(positions(two), [1]);
      assert.deepEqual(positions(three).toSorted(), [1, 2]);
    },
  },
  {
    name: 'does not bring a node its own messages back',
    async run({ node, meet }) {
      const [one, two] = [await node(), await node()];
      await meet([one, two]);
      one.bus.publish(hint(1));
      await meet([one, two]);
      assert.deepEqual(positions(one), []);
    },
  },
  {
    name: 'carries every kind of message as it was',
    async run({ node, meet, waitMs }) {
      const [one, two] = [await node(), await node()];
      await meet([one, two]);
      const from = two.heard.length;
      for (const message of everyKind) one.bus.publish(message);
      const last = everyKind.length;
      await eventually(() => two.heard.length >= from + last, 'all of them', { timeoutMs: waitMs });
      const heard = two.heard.slice(from);
      for (const message of everyKind) {
        assert.ok(
          heard.some((other) => isDeepEqual(other, message)),
          `${JSON.stringify(message)} came as ${JSON.stringify(heard)}`,
        );
      }
    },
  },
  {
    name: 'loses nothing of a burst while all is well',
    async run({ node, meet, waitMs }) {
      const [one, two] = [await node(), await node()];
      await meet([one, two]);
      for (const pos of range(1, 500)) one.bus.publish(hint(pos));
      await eventually(() => positions(two).length >= 500, 'all 500', {
        timeoutMs: waitMs,
        seen: () => positions(two).length,
      });
      assert.deepEqual(
        positions(two).toSorted((a, b) => a - b),
        range(1, 500),
      );
    },
  },
  {
    name: 'tells every listener of a node, until it unsubscribes',
    async run({ node, meet, waitMs }) {
      const [one, two] = [await node(), await node()];
      await meet([one, two]);
      const more: BusMessage[] = [];
      const unsubscribe = two.bus.subscribe((message) => void more.push(message));
      one.bus.publish(hint(1));
      await eventually(() => more.length > 0 && positions(two).includes(1), 'both to hear', { timeoutMs: waitMs });
      unsubscribe();
      const before = more.length;
      one.bus.publish(hint(2));
      await eventually(() => positions(two).includes(2), 'the one that stayed to hear', { timeoutMs: waitMs });
      assert.equal(more.length, before);
    },
  },
  {
    name: 'calls nobody back while publishing',
    async run({ node, meet }) {
      const [one, two] = [await node(), await node()];
      await meet([one, two]);
      const before = two.heard.length;
      one.bus.publish(hint(1));
      assert.equal(two.heard.length, before);
    },
  },
  {
    name: 'keeps a listener that throws from disturbing any other',
    async run({ node, meet, wire, waitMs }) {
      const bus = await wire.connect();
      bus.subscribe(() => {
        throw new Error('A listener that throws, as the suite makes it.');
      });
      const [one, two, three] = [await node(), await node(bus), await node()];
      await meet([one, two, three]);
      one.bus.publish(hint(1));
      one.bus.publish(hint(2));
      const others = [two, three];
      await eventually(() => others.every((other) => positions(other).length >= 2), 'both messages at both nodes', {
        timeoutMs: waitMs,
        seen: () => others.map(positions),
      });
    },
  },
  {
    name: 'hears and says nothing once it is closed, and lets the others go on',
    async run({ node, meet }) {
      const [one, two, three] = [await node(), await node(), await node()];
      await meet([one, two, three]);
      await two.bus.close();
      await two.bus.close();
      two.bus.publish(hint(1));
      one.bus.publish(hint(2));
      await meet([one, three]);
      assert.deepEqual(positions(two), []);
      assert.deepEqual(positions(three), [2]);
    },
  },
];

/** What a bus has to do whose wire others can write to. */
export const injectCase: SuiteCase<BusBench> = {
  name: 'passes over what no bus has sent',
  async run({ node, meet, wire }) {
    const [one, two] = [await node(), await node()];
    await meet([one, two]);
    const before = [...two.heard];
    assert.ok(wire.inject, 'the wire has no `inject`');
    for (const text of garbage) await wire.inject(text);
    await meet([one, two]);
    const isOfMeeting = (message: BusMessage): boolean =>
      message.kind === 'heads' && (message.heads[0]?.pos ?? 0) >= 1_000_000;
    assert.deepEqual(
      two.heard.slice(before.length).filter((message) => !isOfMeeting(message)),
      [],
    );
  },
};

/** What a bus has to do whose connection can be lost. */
export const interruptCase: SuiteCase<BusBench> = {
  name: 'comes back after its connection was lost, and throws nothing meanwhile',
  async run({ node, meet, wire }) {
    const [one, two] = [await node(), await node()];
    await meet([one, two]);
    assert.ok(wire.interrupt, 'the wire has no `interrupt`');
    await wire.interrupt();
    one.bus.publish(hint(1));
    await meet([one, two]);
  },
};

/** What a bus has to do on a server that it shares. */
export const strangerCase: SuiteCase<BusBench> = {
  name: 'keeps the news of another database apart',
  async run({ node, meet, wire }) {
    const [one, two] = [await node(), await node()];
    await meet([one, two]);
    assert.ok(wire.connectStranger, 'the wire has no `connectStranger`');
    const strange = await node(await wire.connectStranger());
    one.bus.publish(hint(1));
    strange.bus.publish(hint(2));
    await meet([one, two]);
    assert.deepEqual(positions(two), [1]);
    assert.deepEqual(positions(strange), []);
  },
};

function isDeepEqual(one: unknown, other: unknown): boolean {
  try {
    assert.deepEqual(one, other);
    return true;
  } catch {
    return false;
  }
}
