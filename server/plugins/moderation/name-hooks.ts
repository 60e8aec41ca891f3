import type { Hooks } from '../../extend/hooks/hooks.js';
import type { Guard } from './guard.js';

interface Named {
  readonly name?: string | null | undefined;
  readonly description?: string | null | undefined;
}

/** What a room is called is read by all who find it, so the rules of words and links are for that, too. */
export function nameHooks({ judge, ...guard }: Guard): Pick<Hooks, 'room.create' | 'room.update'> {
  /** There is no queue for names: what would be held or seen by nobody is refused; what would be flagged passes. */
  function checked<Input extends Named>(input: Input): Input {
    const texts = [input.name, input.description].flatMap((text) => text ?? []);
    for (const content of texts) guard.refuseNamed(judge.glance({ content }, 'text').findings);
    const masked = (text: string): string => judge.glance({ content: text }, 'text').parts.content;
    return {
      ...input,
      ...(typeof input.name === 'string' && { name: masked(input.name) }),
      ...(typeof input.description === 'string' && { description: masked(input.description) }),
    };
  }

  return {
    'room.create': {
      before: async ({ input, ctx }) => ((await guard.isFree(ctx)) ? undefined : checked(input)),
    },
    'room.update': {
      before: async ({ input, ctx }) => ((await guard.isFree(ctx)) ? undefined : checked(input)),
    },
  };
}
