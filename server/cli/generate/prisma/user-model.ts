import { CommandError } from '../command-error.js';
import { readBlocks, withFields } from './schema-blocks.js';

/** A host's own model of its users. */
export interface UserModel {
  readonly name: string;
  /** The field that is its id, a string. */
  readonly id: string;
}

/** The user ids that are always those of a host's user: a message or a room may be the host's own, made by `system`. */
const relations = [
  { model: 'ChatMember', back: 'chatMembers' },
  { model: 'ChatNotification', back: 'chatNotifications' },
  { model: 'ChatSession', back: 'chatSessions' },
] as const;

/** The models with relations to a host's users. */
export function withUser(models: string, { name, id }: UserModel): string {
  const field = `user ${name} @relation(fields: [userId], references: [${id}], onDelete: Cascade)`;
  return relations.reduce((text, { model }) => withFields(text, model, [field]), models);
}

/** Finds a host's model by its name. Throws `CommandError` for one that no relation can lead to. */
export function findUserModel(name: string, schemas: string): UserModel {
  if (!/^[A-Za-z]\w*$/.test(name)) throw new CommandError(`--user-model: ${name} is not the name of a model.`);
  const model = readBlocks(schemas).find((block) => block.kind === 'model' && block.name === name);
  // The schema may lie where nobody looks; then the usual name is as good as any.
  if (model === undefined) return { name, id: 'id' };
  const id = model.fields.find(({ attributes }) => /@id\b/.test(attributes));
  if (id === undefined) throw new CommandError(`--user-model: ${name} has no field with @id.`);
  const isNative = /@db\.Uuid\b/.test(id.attributes);
  if (id.type === 'String' && !isNative) return { name, id: id.name };
  const type = isNative ? 'a native uuid' : `of type ${id.type}`;
  throw new CommandError(
    `--user-model: ${name}.${id.name} is ${type}, but a chat knows users by text, so no relation can lead there.`,
  );
}

/** What is left to do in the host's model, a note each. */
export function userNotes({ name }: UserModel, schemas: string): readonly string[] {
  const model = readBlocks(schemas).find((block) => block.name === name);
  const missing = relations.filter(({ back }) => !model?.fields.some((field) => field.name === back));
  if (missing.length === 0) return [];
  return [
    [`Add to model ${name}:`, ...missing.map(({ model: chat, back }) => `  ${back} ${chat}[]`)].join('\n'),
    `Before a ${name} is deleted, let them leave their rooms (chat.as(id).room.leave): the database takes away the rows, not the part they play.`,
  ];
}
