import { launch } from '../servers/launch.js';
import { inBatches, openArena } from './arena.js';
import { interleave } from './rounds.js';
import type { Line, Scale } from './rounds.js';

const content = 'x'.repeat(200);
/** Messages not yet delivered to everyone: enough to keep the server busy, too few to make it wait for its own queue. */
const inFlight = 8;

/** Server CPU per delivery, sends included, while one sender keeps every subscriber busy. */
export function deliveries(scale: Scale): Promise<Line> {
  const { subscribers, deliveryMessages } = scale;
  const name = `CPU per delivery, ${subscribers} subscribers`;
  return interleave(name, 'µs', scale.rounds, async (contestant) => {
    await using server = await launch(contestant, 'sqlite');
    const arena = await openArena(contestant, server.url, subscribers + 1);
    let delivered = 0;
    let wake: () => void = () => undefined;
    const listeners = await inBatches(1, subscribers, async (index) => {
      const listener = await arena.connect(index);
      await listener.listen(() => {
        delivered += 1;
        wake();
      });
      return listener;
    });
    const sender = await arena.connect(0);

    const run = async (messages: number): Promise<void> => {
      const start = delivered;
      const sending: Promise<void>[] = [];
      for (let sent = 1; sent <= messages; sent += 1) {
        sending.push(sender.send(content));
        const needed = start + Math.max(0, sent - inFlight) * subscribers;
        while (delivered < needed) await new Promise<void>((resolve) => (wake = resolve));
      }
      await Promise.all(sending);
      while (delivered < start + messages * subscribers) await new Promise<void>((resolve) => (wake = resolve));
    };

    await run(Math.ceil(deliveryMessages / 4));
    const before = await server.cpu();
    await run(deliveryMessages);
    const used = (await server.cpu()) - before;
    for (const caller of [sender, ...listeners]) caller.close();
    return used / (deliveryMessages * subscribers);
  });
}
