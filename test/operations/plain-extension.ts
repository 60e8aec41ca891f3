import type { Clock } from '../../server/ports.js';
import { createAftermath } from '../../server/extend/hooks/aftermath.js';
import { createCustomData } from '../../server/extend/data/create-custom-data.js';
import { createHookRunner } from '../../server/extend/hooks/create-hook-runner.js';
import { createKeepers } from '../../server/extend/plugins/keepers.js';
import { createNotifier } from '../../server/extend/create-notifier.js';
import { createOwnEvents } from '../../server/extend/data/create-own-events.js';
import type { Kernel } from '../../server/operations/kernel.js';
import type { Settings } from '../../server/settings.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The parts of a kernel that nobody extends. */
export function plainExtension(
  settings: Settings,
  clock: Clock,
): Pick<Kernel, 'hooks' | 'keepers' | 'custom' | 'ownEvents' | 'notifier' | 'signUpload'> {
  const aftermath = createAftermath({ log, clock });
  return {
    hooks: createHookRunner([], aftermath),
    keepers: createKeepers([]),
    custom: createCustomData({}, settings),
    ownEvents: createOwnEvents({}, settings),
    notifier: createNotifier({}, log, aftermath),
    signUpload: undefined,
  };
}
