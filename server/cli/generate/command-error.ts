/** Something a person has to change before a command can do its work; the message is all they are told. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
