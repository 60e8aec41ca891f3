import type { ChatErrorCode, ErrorDefinitions, LoggedEventType } from '@confab/shared';
import type { Bus } from './bus/bus.js';
import type { PushOption } from './deliveries/push-option.js';
import type { ConnectionHooks } from './extend/connections.js';
import type { CustomSchemas, EventDefinitions } from './extend/data/definitions.js';
import type { Hooks } from './extend/hooks/hooks.js';
import type { Notify } from './extend/notify.js';
import type { SignedUpload, Uploads } from './extend/uploads.js';
import type { ChatPlugin } from './extend/plugins/plugin.js';
import type { MemberCore, MessageCore, Presenters, RoomCore } from './extend/data/presenters.js';
import type { ActionsOf, ShapeOf } from './extend/types/shape.js';
import type { FrontLog } from './front/options.js';
import type { LoadUsers } from './operations/users/directory.js';
import type { PermissionOverrides } from './policy/policy.js';
import type { Clock, Ids, Random } from './ports.js';
import type { ErrorHandling } from './router/told.js';
import type { SettingsInput } from './settings.js';
import type { ProcedureName } from '@confab/shared';
import type { ChatStore } from './store/port.js';
import type { Viewer } from './viewer.js';
import type { WebhookOption } from './webhooks/webhook-option.js';
import type { OwnColumns } from './store/present/presentation.js';

/** What `createChat` takes. What can't be used is refused at once, by a `ChatConfigError` that names the option. */
export interface ChatOptions<
  Context extends object,
  Tx,
  Plugins extends readonly ChatPlugin[],
  Events extends EventDefinitions,
  Errors extends ErrorDefinitions,
  Custom extends CustomSchemas,
  PresentedRoom extends RoomCore,
  PresentedMember extends MemberCore,
  PresentedMessage extends MessageCore,
  Omitted extends ProcedureName,
  Signed extends SignedUpload = never,
> {
  readonly store: ChatStore<Tx>;
  /** How nodes tell each other of news. @default in process: other nodes hear by their polls, within 2 s */
  readonly bus?: Bus;
  /** Who calls, read from the host's own context; `null` for nobody. Must not throw. */
  readonly viewer: (ctx: Context) => Viewer | null | undefined | false | '' | 0;
  /** Who is a user. Left out, every id is. */
  readonly users?: { readonly load: LoadUsers };
  readonly settings?: SettingsInput;
  /** @default silent */
  readonly log?: FrontLog;

  /** Procedures, events, permissions, errors, limits and hooks that come together. Their order is that of their hooks. */
  readonly plugins?: Plugins;
  /** Events of the host's own, by type: `{ 'order.paid': schema }`. Told with `system.publish`. */
  readonly events?: Events;
  /** What `custom` holds, checked at every write. */
  readonly custom?: Custom;
  /** Errors of the host's own, and what becomes of errors. */
  readonly errors?: ErrorHandling<ChatErrorCode | (keyof Errors & string)> & { readonly define?: Errors };
  /** What rows become on their way out. */
  readonly present?: Presenters<PresentedRoom, PresentedMember, PresentedMessage>;
  /** The host's own columns on Confab's models, for `present`. */
  readonly columns?: OwnColumns;
  /** Procedures that are not in the router, nor in its types. Server-side calls keep them. */
  readonly omit?: readonly Omitted[];
  /** Hooks around operations, ahead of those of plugins. */
  readonly on?: Hooks<
    ShapeOf<
      Plugins,
      Events,
      Errors,
      Custom,
      { readonly room: PresentedRoom; readonly member: PresentedMember; readonly message: PresentedMessage },
      Omitted
    >,
    Tx
  >;
  /** Replaces single rules of the permission table. */
  readonly permissions?: PermissionOverrides<
    ShapeOf<
      Plugins,
      Events,
      Errors,
      Custom,
      { readonly room: PresentedRoom; readonly member: PresentedMember; readonly message: PresentedMessage },
      Omitted
    >['custom']['room'],
    ShapeOf<
      Plugins,
      Events,
      Errors,
      Custom,
      { readonly room: PresentedRoom; readonly member: PresentedMember; readonly message: PresentedMessage },
      Omitted
    >['custom']['member'],
    keyof PermissionOverrides | ActionsOf<Plugins>
  >;
  readonly connections?: ConnectionHooks;
  readonly notify?: Notify;
  /** How devices that are not connected are reached. @default nothing is pushed */
  readonly push?: PushOption;
  /** Addresses that are told of what is committed. */
  readonly webhooks?: readonly WebhookOption<
    | LoggedEventType
    | ShapeOf<
        Plugins,
        Events,
        Errors,
        Custom,
        { readonly room: PresentedRoom; readonly member: PresentedMember; readonly message: PresentedMessage },
        Omitted
      >['events']['type']
  >[];
  /** How clients upload files. Left out, there is no `upload.sign`. */
  readonly uploads?: Uploads<Signed>;
  /** The clock, chance and ids, for tests. @default the system's */
  readonly ports?: { readonly clock?: Clock; readonly random?: Random; readonly ids?: Ids };
}
