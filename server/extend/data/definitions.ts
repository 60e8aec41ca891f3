import type { z } from 'zod';
import type { RoomKind } from '@confab/shared';
import type { ReadTx } from '../../store/transaction.js';

/**
 * An event of which the log holds only ids and small facts; what readers get is made from today's rows whenever it is
 * told, so that what was deleted since is not told again.
 */
export interface RenderedEvent {
  /** What is published and kept. */
  readonly facts: z.ZodType;
  /** What readers get for each of these facts; the same length and order. The same for every reader. */
  render(tx: ReadTx, facts: readonly never[]): Promise<readonly unknown[]>;
}

/** Declares an event of which the log holds the facts only. */
export function renderedEvent<Facts extends z.ZodType, Data>(event: {
  readonly facts: Facts;
  render(tx: ReadTx, facts: readonly z.output<Facts>[]): Promise<readonly Data[]>;
}): {
  readonly facts: Facts;
  render(tx: ReadTx, facts: readonly z.output<Facts>[]): Promise<readonly Data[]>;
} {
  return event;
}

/** Events of a host or a plugin, by type: what each carries, or how that is made. */
export type EventDefinitions = Readonly<Record<string, z.ZodType | RenderedEvent>>;

/** What readers of an event get as `data`. */
export type EventDataOf<Definition> = Definition extends RenderedEvent
  ? Definition['render'] extends (...given: never) => Promise<readonly (infer Data)[]>
    ? Data
    : never
  : Definition extends z.ZodType
    ? z.output<Definition>
    : never;

/** What is given to `publish`. */
export type EventFactsOf<Definition> = Definition extends RenderedEvent
  ? z.input<Definition['facts']>
  : Definition extends z.ZodType
    ? z.input<Definition>
    : never;

/** The schema of a message's `custom`: one for all rooms, or one for each kind of room. */
export type MessageSchemas = z.ZodType | { readonly [Kind in RoomKind]?: z.ZodType };

/** What `custom` holds, checked at every write. What is left out stays any plain JSON object. */
export interface CustomSchemas {
  readonly room?: z.ZodType;
  readonly member?: z.ZodType;
  readonly message?: MessageSchemas;
}
