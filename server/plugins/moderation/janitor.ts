import type { PluginResource } from '../../extend/plugins/plugin.js';
import type { ModerationKit } from './kit.js';
import type { ResolvedOptions } from './options.js';

const everyMs = 3_600_000;
const dayMs = 86_400_000;
const atOnce = 500;

/** Lets go of decided cases, shadowed messages and lifted mutes when they are old. Every node may do it. */
export function createJanitor(kit: ModerationKit, { keepDays }: Pick<ResolvedOptions, 'keepDays'>): PluginResource {
  let working: Promise<void> | undefined;
  let isDisposed = false;

  async function sweep(): Promise<void> {
    const before = new Date(kit.clock.now().getTime() - keepDays * dayMs);
    for (let found = atOnce; found === atOnce && !isDisposed;) {
      found = await kit.write(kit.host, async ({ models: { chatModerationItem: items } }) => {
        const old = await items.findMany({
          where: { state: { notIn: ['held', 'flagged'] }, createdAt: { lt: before } },
          take: atOnce,
          select: { id: true },
        });
        await items.deleteMany({ where: { id: { in: old.map(({ id }) => id) } } });
        return old.length;
      });
    }
    await kit.write(kit.host, async ({ models: { chatModerationMute: mutes } }) => {
      await mutes.deleteMany({ where: { OR: [{ endedAt: { lt: before } }, { until: { lt: before } }] } });
    });
  }

  const timer = kit.clock.every(everyMs, () => {
    working ??= sweep()
      .catch((error: unknown) => kit.log.warn({ error }, 'old cases could not be removed; it is tried again'))
      .finally(() => (working = undefined));
  });

  return {
    async dispose() {
      isDisposed = true;
      timer.clear();
      await working;
    },
  };
}
