import type { Prng } from '../simulator/prng.js';
import { answers, replies, whens } from './topics.js';
import type { Topic } from './topics.js';

/** Puts what people say about a topic into words. */
export interface Wording {
  remark(): string;
  question(): string;
  answer(): string;
  reply(): string;
}

export function createWording(prng: Prng, topic: Topic): Wording {
  const filled = (templates: readonly string[]): string => {
    const template = prng.pick(templates) ?? '';
    const text = template.replace('{thing}', prng.pick(topic.things) ?? '').replace('{when}', prng.pick(whens) ?? '');
    return text.charAt(0).toUpperCase() + text.slice(1);
  };
  return {
    // Now and then somebody has more to say.
    remark: () => Array.from({ length: prng.chance(0.15) ? 3 : 1 }, () => filled(topic.remarks)).join(' '),
    question: () => filled(topic.questions),
    answer: () => filled(answers),
    reply: () => filled(replies),
  };
}
