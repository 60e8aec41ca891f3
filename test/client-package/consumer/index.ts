// Type-checked in an empty project that has nothing of the server, against the package that was generated for it.
import { createClient, isChatError } from '@acme/chat-client';
import type { ChatClient, Contract, Message } from '@acme/chat-client';
import { polls } from '@confab/client/plugins/polls';
import { TRPCClientError, safe } from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';

type Equal<Left, Right> =
  (<Any>() => Any extends Left ? 1 : 2) extends <Any>() => Any extends Right ? 1 : 2 ? true : false;

/** Does not compile unless it is given `true`. */
function holds<_Claim extends true>(): void {
  // Its type argument is all there is to it.
}

type Inputs = inferRouterInputs<Contract>;
type Outputs = inferRouterOutputs<Contract>;

const client: ChatClient<Contract> = createClient({ url: 'https://shop.example/trpc', token: () => null });
const { api } = client;

/** The host's own procedures. */
export async function orders(): Promise<void> {
  const delivery = { kind: 'post', street: 'Main Street 1' } as const;
  const order = await api.orders.place.mutate({
    sku: 'a',
    wantedAt: new Date(),
    color: 'RED',
    extra: [1, {}],
    delivery,
  });
  holds<Equal<typeof order.placedAt, Date>>();
  holds<Equal<typeof order.status, 'open' | 'paid' | 'sent'>>();
  holds<Equal<typeof order.priority, 0 | 7>>();
  holds<Equal<typeof order.labels, ReadonlySet<string>>>();
  holds<Equal<typeof order.byDay, Map<string, bigint>>>();
  holds<Equal<typeof order.size, [width: number, height: number, depth?: number | undefined]>>();
  holds<Equal<Outputs['orders']['get']['id'], string>>();
  holds<Equal<Inputs['orders']['place']['count'], number | undefined>>();

  // @ts-expect-error An order has a sku.
  await api.orders.place.mutate({ wantedAt: null, color: 'RED', extra: null, delivery });
  // @ts-expect-error There is no such color.
  await api.orders.place.mutate({ sku: 'a', wantedAt: null, color: 'GREEN', extra: null, delivery });
  const rest = { sku: 'a', wantedAt: null, color: 'RED', extra: null } as const;
  // @ts-expect-error What is picked up goes to no street.
  await api.orders.place.mutate({ ...rest, delivery: { kind: 'pickup', street: '' } });
  // @ts-expect-error A query is no mutation.
  await api.orders.list.mutate();
  // @ts-expect-error There is no such procedure.
  await api.orders.cancel.mutate();

  const [first] = await api.orders.list.query();
  holds<Equal<typeof first, typeof order | undefined>>();
  const comments = await api.orders.comments.query();
  holds<Equal<(typeof comments)['replies'][number]['replies'][number]['text'], string | null>>();
}

/** A subscription of the host's own. */
export function watch(): void {
  api.orders.placed.subscribe(
    { status: 'paid' },
    {
      onData({ id, data }) {
        holds<Equal<typeof id, string>>();
        holds<Equal<typeof data.order.placedAt, Date>>();
      },
    },
  );
  // @ts-expect-error There is no such status.
  api.orders.placed.subscribe({ status: 'lost' });
}

/** Errors of the host's own, of the router's formatter and of the chat. */
export async function errors(): Promise<void> {
  const [, ours] = await safe(api.orders.get.query({ id: 'a' }));
  const code: number | undefined = ours?.shape?.data.httpStatus;
  const [, refused] = await safe(api.orders.place.mutate({} as Inputs['orders']['place']));
  const { data } = refused?.shape ?? {};
  if (data && 'quota' in data) holds<Equal<typeof data.quota, { readonly left: number; readonly resetsAt: Date }>>;
  // @ts-expect-error It may be another error.
  console.log(code, data?.quota);

  const [, error] = await safe(api.chat.polls.vote.mutate({ messageId: 'a', optionIds: ['b'] }));
  holds<'POLL_CLOSED' extends NonNullable<NonNullable<typeof error>['shape']>['data']['chat']['code'] ? true : false>();
  if (error instanceof TRPCClientError && client.isChatError(error, 'POLL_CLOSED')) return;
  if (client.isChatError(error, 'NO_DICE') || client.isChatError(error, 'QUOTA')) return;
  if (isChatError(error, 'RATE_LIMITED')) return;
  // @ts-expect-error There is no such code.
  client.isChatError(error, 'NO_SUCH_CODE');
}

/** Custom fields, and what the server makes of a message. */
export async function messages(): Promise<void> {
  const roomId = 'a';
  const message = await api.chat.message.send.mutate({ roomId, content: 'Hello', custom: { priority: 'high' } });
  holds<Equal<typeof message.custom.priority, 'high' | 'low'>>();
  holds<Equal<typeof message.shout, string | null>>();
  const same: Message = message;
  const { items } = await api.chat.room.members.query({ roomId: same.roomId });
  holds<Equal<(typeof items)[number]['custom']['title'], string>>();

  // @ts-expect-error There is no such priority.
  await api.chat.message.send.mutate({ roomId, content: 'Hello', custom: { priority: 'medium' } });
  // @ts-expect-error A message of this shop has a priority.
  await api.chat.message.send.mutate({ roomId, content: 'Hello' });
  // @ts-expect-error It was left out of the router.
  await api.chat.room.setRole.mutate({ roomId, userIds: ['b'], role: 'admin' });

  client.on('message.created', ({ data }) => {
    holds<Equal<typeof data.message.custom.priority, 'high' | 'low'>>();
    holds<Equal<typeof data.message.shout, string | null>>();
  });
  client.on('room.updated', ({ data }) => holds<Equal<typeof data.room.custom.orderId, string>>());
  client.on('order.paid', ({ data }) => holds<Equal<typeof data.amount, number>>());
  // @ts-expect-error There is no such event.
  client.on('order.lost', () => undefined);
}

/** Procedures and events of plugins. */
export async function plugins(): Promise<void> {
  const { result } = await api.chat.dice.roll.mutate({ roomId: 'a', sides: 6 });
  holds<Equal<typeof result, number>>();
  const poll = await api.chat.polls.get.query({ messageId: 'a' });
  holds<Equal<typeof poll.closesAt, Date | null>>();
  const voted = await client.use(polls).vote('a', ['b']);
  holds<Equal<typeof voted.mine, readonly string[]>>();
  // @ts-expect-error A roll has sides.
  await api.chat.dice.roll.mutate({ roomId: 'a' });
  // @ts-expect-error There is no such plugin.
  await api.chat.cards.draw.mutate();

  client.on('dice.rolled', ({ data }) => holds<Equal<typeof data.at, Date>>());
  client.on('polls.updated', ({ data }) => holds<Equal<NonNullable<typeof data.poll>['revision'], number>>());
  client.on('linkPreviews.updated', ({ data }) => holds<Equal<typeof data.messageId, string>>());
  // @ts-expect-error A roll says when.
  client.on('dice.rolled', ({ data }) => data.by);
}
