import { ChatError, checkCustom } from '@confab/shared';
import type { JsonObject, RoomKind } from '@confab/shared';
import { z } from 'zod';
import { validationError } from '../../trpc/error-shape.js';
import type { Settings } from '../../settings.js';
import type { CustomData } from './custom-data.js';
import type { CustomSchemas } from './definitions.js';

/** Checks `custom` by these schemas; what has none is any plain JSON object, `{}` when left out. */
export function createCustomData(schemas: CustomSchemas, { limits }: Pick<Settings, 'limits'>): CustomData {
  const { message, member } = schemas;
  const isByKind = message !== undefined && !(message instanceof z.ZodType);

  async function check(schema: z.ZodType | undefined, value: JsonObject = {}): Promise<JsonObject> {
    if (schema === undefined) return value;
    const parsed = await schema.safeParseAsync(value);
    // A transform may have made more of it than came in.
    if (parsed.success) return checkCustom(parsed.data, limits);
    const error = validationError(parsed.error);
    const issues = (error.details?.issues ?? []).map(({ path, message: said }) => ({
      path: path === '' ? 'custom' : `custom.${path}`,
      message: said,
    }));
    throw new ChatError('VALIDATION', error.message, { details: { issues } });
  }

  return {
    isByKind,
    checksMessages: message !== undefined,
    room: (value) => check(schemas.room, value),
    member: (value) => check(member, value),
    message: (kind: RoomKind, value) => check(message instanceof z.ZodType ? message : message?.[kind], value),
    async ofNewMembers(userIds) {
      const given = new Map<string, JsonObject>();
      if (member === undefined) return given;
      // Each is asked for anew: a default may be made by a function.
      for (const userId of userIds) {
        const parsed = await member.safeParseAsync({});
        if (parsed.success) given.set(userId, checkCustom(parsed.data, limits));
      }
      return given;
    },
  };
}
