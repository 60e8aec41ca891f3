import { z } from 'zod';
import { messageOperations, notificationOperations } from '../../operations/messages/index.js';
import { reportOperations } from '../../operations/reports/index.js';
import { roomOperations } from '../../operations/rooms/index.js';
import { uploadOperations } from '../../operations/uploads/index.js';
import { presenceOperations, sessionOperations } from '../../operations/users/index.js';
import { action, refuseBy, refuse } from '../option.js';

const groups = [
  messageOperations,
  notificationOperations,
  roomOperations,
  reportOperations,
  uploadOperations,
  presenceOperations,
  sessionOperations,
];

/** What can be hooked, by name, besides the sessions of sockets. */
const operations: ReadonlySet<string> = new Set(
  groups.flatMap((group) => Object.values(group).map(({ name }) => name)),
);

const hook = z
  .strictObject({
    inTransaction: z.boolean().optional(),
    when: action.optional(),
    before: action.optional(),
    around: action.optional(),
    claims: action.optional(),
    afterCommit: action.optional(),
  })
  .refine(({ inTransaction, when }) => inTransaction === true || when === undefined, {
    path: ['when'],
    message: 'goes with `inTransaction: true` only.',
  });

const sessionHooks = new Map<string, z.ZodType>([
  ['session.open', z.strictObject({ before: action.optional(), afterCommit: action.optional() })],
  ['session.close', z.strictObject({ afterCommit: action.optional() })],
]);

/** Throws `ChatConfigError` for hooks of what is no operation, and for what are no hooks. */
export function checkHooks(option: string, given: unknown): void {
  if (given === undefined) return;
  if (typeof given !== 'object' || given === null) refuse(option, 'expected an object of hooks by operation.');
  for (const [name, value] of Object.entries(given)) {
    const schema = sessionHooks.get(name) ?? (operations.has(name) ? hook : undefined);
    if (schema === undefined) refuse(`${option}.${name}`, 'there is no such operation.');
    if (value !== undefined) refuseBy(schema, `${option}.${name}`, value);
  }
}
