import type { JsonObject } from './json.js';

/**
 * How a device can be reached while it has no connection, as the push service of its platform gave it: the JSON of a web
 * push subscription, or a token. Confab hands it on and never looks inside.
 */
export type PushRegistration = string | JsonObject;
