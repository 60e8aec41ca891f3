import type { LoggedEventType } from '@confab/shared';

/**
 * An address that is told of what is committed: a POST of JSON for each event, signed by the scheme of Standard Webhooks. At
 * least once and in no order: `id` tells repetitions, `roomId` and `seq` the order. Whatever is not answered 2xx in time is
 * sent again (5 s, 15 s, 45 s, … up to 6 h, twelve times in all), then kept as dead: `system.deliveries`.
 */
export interface WebhookOption<Type extends string = LoggedEventType> {
  /**
   * What it is called in lists, and how it is known again after a restart: under another name it is a new one, which is told
   * of what comes from then on. @default the URL without its query
   */
  readonly name?: string;
  /** http(s), without user and password. */
  readonly url: string;
  /** `whsec_` and the base64 of 24 to 64 random bytes; or up to four, while a new one takes the place of an old one. */
  readonly secret: string | readonly string[];
  /** The types it is told of. @default all but those in users' own logs */
  readonly events?: readonly Type[];
  /** Sent along, as an `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long an answer may take with all of its body, in milliseconds, 1 to 60,000. @default 10_000 */
  readonly timeoutMs?: number;
}
