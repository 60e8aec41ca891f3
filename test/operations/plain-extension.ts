import type { Clock } from '../../server/ports.js';
import { createAftermath } from '../../server/extend/aftermath.js';
import { createCustomData } from '../../server/extend/create-custom-data.js';
import { createHookRunner } from '../../server/extend/create-hook-runner.js';
import { createNotifier } from '../../server/extend/create-notifier.js';
import { createOwnEvents } from '../../server/extend/create-own-events.js';
import type { Kernel } from '../../server/operations/kernel.js';
import type { Settings } from '../../server/settings.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The parts of a kernel that nobody extends. */
export function plainExtension(
  settings: Settings,
  clock: Clock,
): Pick<Kernel, 'hooks' | 'custom' | 'ownEvents' | 'notifier'> {
  const aftermath = createAftermath({ log, clock });
  return {
    hooks: createHookRunner([], aftermath),
    custom: createCustomData({}, settings),
    ownEvents: createOwnEvents({}, settings),
    notifier: createNotifier({}, log, aftermath),
  };
}
