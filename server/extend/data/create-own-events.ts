import { ChatError, checkCustom, transformer } from '@confab/shared';
import type { SuperJSONResult } from 'superjson';
import { z } from 'zod';
import type { LogRow } from '../../events/log.js';
import { validationError } from '../../trpc/error-shape.js';
import type { Settings } from '../../settings.js';
import type { ReadTx } from '../../store/transaction.js';
import type { EventDefinitions, RenderedEvent } from './definitions.js';
import type { OwnEvents } from '../../store/extension.js';

function isRendered(definition: z.ZodType | RenderedEvent): definition is RenderedEvent {
  return 'render' in definition;
}

/**
 * The declared events of one chat. Facts are kept as superjson writes them, so that dates come back as dates, and count
 * towards `customBytes`.
 */
export function createOwnEvents(definitions: EventDefinitions, { limits }: Pick<Settings, 'limits'>): OwnEvents {
  const known = new Map(Object.entries(definitions));

  function definitionOf(type: string): z.ZodType | RenderedEvent {
    const definition = known.get(type);
    if (definition === undefined) throw new ChatError('VALIDATION', `No event ${type} was declared.`);
    return definition;
  }

  const read = (row: LogRow): unknown =>
    row.data.own === undefined ? undefined : transformer.output.deserialize(row.data.own as unknown as SuperJSONResult);

  return {
    has: (type) => known.has(type),
    isRendered(type) {
      const definition = known.get(type);
      return definition !== undefined && isRendered(definition);
    },
    facts(type, given) {
      const definition = definitionOf(type);
      const parsed = (isRendered(definition) ? definition.facts : definition).safeParse(given);
      if (!parsed.success) throw validationError(parsed.error);
      const kept: unknown = transformer.output.serialize(parsed.data);
      return checkCustom(kept, { ...limits, customDepth: limits.customDepth + 3 }, 'data');
    },
    async render(tx: ReadTx, rows: readonly LogRow[]) {
      const rendered = new Map<LogRow, unknown>();
      for (const [type, definition] of known) {
        const own = rows.filter((row) => row.type === type);
        if (own.length === 0 || !isRendered(definition)) continue;
        const data = await definition.render(tx, own.map(read) as unknown as readonly never[]);
        own.forEach((row, index) => rendered.set(row, data[index]));
      }
      // An event of a plugin that is no longer there keeps its place in the log, and nothing else.
      return rows.map((row) => (rendered.has(row) ? rendered.get(row) : known.has(row.type) ? read(row) : {}));
    },
  };
}

/** Whether something can be the definition of an event. */
export function isEventDefinition(value: unknown): value is z.ZodType | RenderedEvent {
  if (value instanceof z.ZodType) return true;
  return (
    typeof value === 'object' &&
    value !== null &&
    'facts' in value &&
    value.facts instanceof z.ZodType &&
    'render' in value &&
    typeof value.render === 'function'
  );
}
