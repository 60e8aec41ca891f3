import type { PermissionTable } from '../permissions.js';

/** What a page that a message links to says about itself. All of it is text of strangers, without any markup. */
export interface LinkPreview {
  /** The link, as a browser would write it. */
  readonly url: string;
  /** At most 200 characters. */
  readonly title: string | null;
  /** At most 400 characters. */
  readonly description: string | null;
  /** An http(s) URL, not checked any further: the picture was never fetched. */
  readonly image: string | null;
  /** At most 80 characters. */
  readonly siteName: string | null;
}

/** The previews of one message, in the order of its links. */
export interface MessagePreviews {
  readonly messageId: string;
  readonly previews: readonly LinkPreview[];
}

/** What the plugin's event carries. */
export interface LinkPreviewEventData {
  /** All previews the message has today: they were fetched, one was dismissed, or its link was edited away. */
  readonly 'linkPreviews.updated': MessagePreviews;
}

const sender = { least: 'sender' } as const;

/** One's own previews are dismissed by `linkPreviews.dismiss`, those of others by `message.moderate`. */
export const linkPreviewPermissions = {
  'linkPreviews.dismiss': { direct: sender, group: sender, channel: sender },
} as const satisfies PermissionTable;
