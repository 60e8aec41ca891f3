import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Bus, BusMessage } from '../../server/bus/bus.js';
import { memoryBus, memoryWire } from '../../server/bus/memory.js';
import type { MemoryWire } from '../../server/bus/memory.js';
import type { BusUnderTest } from '../../server/testing/bus/fixture.js';
import { testBus } from '../../server/testing/bus/test-bus.js';
import { failuresOf } from './failures.js';

const onOneWire = (make: (wire: MemoryWire) => Bus) => (): BusUnderTest => {
  const wire = memoryWire();
  return { connect: () => make(wire) };
};

testBus({ describe, it }, onOneWire(memoryBus), { name: 'memoryBus' });

/** What every node on the wire is told. */
function shout(wire: MemoryWire, message: BusMessage): void {
  for (const plug of wire.plugs) plug(message);
}

/** The memory bus with a part of it replaced. */
function spoilt(change: (bus: Bus, wire: MemoryWire) => Partial<Bus>): () => BusUnderTest {
  return onOneWire((wire) => {
    const bus = memoryBus(wire);
    return { ...bus, ...change(bus, wire) };
  });
}

/** What is wrong with a bus, and which of the tests has to notice. */
const defects: readonly { readonly what: string; readonly caughtBy: string; readonly wire: () => BusUnderTest }[] = [
  {
    what: 'reaches one other node only',
    caughtBy: 'reaches every other node, once',
    wire: spoilt((_bus, wire) => ({
      publish: (message) => queueMicrotask(() => [...wire.plugs].at(-1)?.(message)),
    })),
  },
  {
    what: 'says everything twice',
    caughtBy: 'reaches every other node, once',
    wire: spoilt((bus) => ({
      publish(message) {
        bus.publish(message);
        bus.publish(message);
      },
    })),
  },
  {
    what: 'hears itself',
    caughtBy: 'does not bring a node its own messages back',
    wire: spoilt((_bus, wire) => ({ publish: (message) => queueMicrotask(() => shout(wire, message)) })),
  },
  {
    what: 'makes texts of dates',
    caughtBy: 'carries every kind of message as it was',
    wire: spoilt((bus) => ({ publish: (message) => bus.publish(JSON.parse(JSON.stringify(message)) as BusMessage) })),
  },
  {
    what: 'drops what comes too fast',
    caughtBy: 'loses nothing of a burst while all is well',
    wire: spoilt((bus) => {
      let waiting = 0;
      return {
        publish(message) {
          if (waiting >= 100) return;
          waiting += 1;
          setImmediate(() => (waiting -= 1));
          bus.publish(message);
        },
      };
    }),
  },
  {
    what: 'never lets a listener go',
    caughtBy: 'tells every listener of a node, until it unsubscribes',
    wire: spoilt((bus) => ({
      subscribe(listener) {
        bus.subscribe(listener);
        return () => undefined;
      },
    })),
  },
  {
    what: 'calls back while it is called',
    caughtBy: 'calls nobody back while publishing',
    wire: spoilt((_bus, wire) => ({ publish: (message) => shout(wire, message) })),
  },
  {
    what: 'lets one listener take the message from the next',
    caughtBy: 'keeps a listener that throws from disturbing any other',
    wire: spoilt((bus) => {
      const listeners: ((message: BusMessage) => void)[] = [];
      bus.subscribe((message) => listeners.forEach((listener) => listener(message)));
      return {
        subscribe(listener) {
          listeners.push(listener);
          return () => void listeners.splice(listeners.indexOf(listener), 1);
        },
      };
    }),
  },
  {
    what: 'goes on after its end',
    caughtBy: 'hears and says nothing once it is closed, and lets the others go on',
    wire: spoilt(() => ({ close: () => Promise.resolve() })),
  },
];

/** A bus whose messages are texts on the wire, which anybody can write to and anybody can cut. */
function textWire({ isCareful = true, comesBack = true } = {}): BusUnderTest {
  const inboxes = new Set<(text: string) => void>();
  let isCut = false;
  const secret = 'confab:';
  return {
    connect() {
      const bus = memoryBus();
      const listeners = new Set<(message: BusMessage) => void>();
      const inbox = (text: string): void => {
        if (isCareful && !text.startsWith(secret)) return;
        const body = text.replace(secret, '');
        const message = (isCareful ? JSON.parse(body) : parsed(body)) as BusMessage;
        for (const listener of listeners) listener(message);
      };
      inboxes.add(inbox);
      return {
        ...bus,
        publish(message) {
          const text = secret + JSON.stringify(message);
          if (isCut || !inboxes.has(inbox)) return;
          for (const other of inboxes) if (other !== inbox) queueMicrotask(() => other(text));
        },
        subscribe(listener) {
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
        close() {
          inboxes.delete(inbox);
          return Promise.resolve();
        },
      };
    },
    connectStranger: () => memoryBus(),
    inject: (text) => inboxes.forEach((inbox) => inbox(text)),
    interrupt() {
      isCut = true;
      if (comesBack) setImmediate(() => (isCut = false));
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

describe('testBus', () => {
  it.each(defects)('catches a bus that $what', async ({ caughtBy, wire }) => {
    const failed = await failuresOf((runner) => testBus(runner, wire, { waitMs: 100 }));
    expect(failed).toContain(caughtBy);
  });

  const covers = ['inject', 'interrupt', 'stranger'] as const;
  const covered = ['passes over', 'comes back', 'keeps the news'];
  const isCovered = (name: string): boolean => covered.some((beginning) => name.startsWith(beginning));

  it('tries what a wire is said to have beside the buses', async () => {
    const run = (wire: () => BusUnderTest) =>
      failuresOf((runner) => testBus(runner, wire, { waitMs: 200, covers }), { isWanted: isCovered });
    expect(await run(() => textWire())).toEqual([]);
    expect(await run(() => textWire({ isCareful: false }))).toEqual(['passes over what no bus has sent']);
    expect(await run(() => textWire({ comesBack: false }))).toEqual([
      'comes back after its connection was lost, and throws nothing meanwhile',
    ]);
    const shared = textWire();
    expect(await run(() => ({ ...shared, connectStranger: shared.connect }))).toEqual([
      'keeps the news of another database apart',
    ]);
  });

  it('does not pass over what a wire is said to have and has not', async () => {
    const failed = await failuresOf((runner) => testBus(runner, onOneWire(memoryBus), { waitMs: 100, covers }));
    expect(failed).toHaveLength(3);
  });

  it.each([
    ['', 0],
    ['silent', 1],
  ])('runs under the runner of Node, too: %s', async (bus, code) => {
    const script = fileURLToPath(new URL('node-test.js', import.meta.url));
    const child = spawn(process.execPath, [script, bus], { stdio: 'ignore' });
    expect(await once(child, 'exit')).toEqual([code, null]);
  });
});
