import { TRPCError, tracked } from '@trpc/server';
import { z } from 'zod';
import { procedure, router } from './trpc.js';

export type Status = 'open' | 'paid' | 'sent';

enum Priority {
  Low,
  High = 7,
}

enum Color {
  Red = 'RED',
  Blue = 'BLUE',
}

interface Order {
  readonly id: string;
  readonly status: Status;
  readonly placedAt: Date;
  readonly note?: string;
  readonly priority: Priority;
  readonly lines: readonly { readonly sku: string; readonly count: number }[];
  readonly labels: ReadonlySet<string>;
  readonly byDay: Map<string, bigint>;
  readonly size: [width: number, height: number, depth?: number];
}

/** Refers to itself. */
interface Comment {
  readonly text: string | null;
  readonly replies: readonly Comment[];
}

interface QuotaShape {
  readonly message: string;
  readonly code: -32003;
  readonly data: { readonly quota: { readonly left: number; readonly resetsAt: Date } };
}

const orderId = z.string().brand<'OrderId'>();

const draft = z.object({
  sku: z.string(),
  count: z.int().min(1).optional(),
  wantedAt: z.date().nullable(),
  color: z.enum(Color),
  extra: z.json(),
  delivery: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('post'), street: z.string() }),
    z.object({ kind: z.literal('pickup') }),
  ]),
});

function find(id: string): Order {
  throw new TRPCError({ code: 'NOT_FOUND', message: id });
}

export const orders = router({
  get: procedure.input(z.object({ id: orderId })).query(({ input }) => ({ ...find(input.id), id: input.id })),
  place: procedure
    .errors(({ shape, error }): QuotaShape | undefined =>
      error.code === 'FORBIDDEN'
        ? { message: shape.message, code: -32003, data: { quota: { left: 0, resetsAt: new Date() } } }
        : undefined,
    )
    .input(draft)
    .mutation(({ input }) => find(input.sku)),
  list: procedure.query((): readonly Order[] => []),
  comments: procedure.query((): Comment => ({ text: null, replies: [] })),
  placed: procedure
    .input(z.object({ status: z.enum(['open', 'paid', 'sent']).optional(), lastEventId: z.string().nullish() }))
    .subscription(async function* ({ input }) {
      yield tracked('1', { order: find(input.status ?? 'open') });
    }),
});
