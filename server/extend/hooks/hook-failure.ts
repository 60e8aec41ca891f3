/** What a host's or a plugin's hook threw that was not meant for the caller; `cause` is the thing itself. */
export class HookFailure extends Error {
  override readonly name = 'HookFailure';

  constructor(cause: unknown) {
    super('A hook failed.', { cause });
  }
}
