import { describe, expect, it } from 'vitest';
import { fold } from '../../../server/plugins/moderation/fold.js';
import { createLinkFinder } from '../../../server/plugins/moderation/links.js';
import { resolveOptions } from '../../../server/plugins/moderation/options.js';
import { moderation } from '../../../server/plugins/moderation/index.js';
import type { WordRule } from '../../../server/plugins/moderation/index.js';
import { createWordFinder, mask } from '../../../server/plugins/moderation/words.js';
import { createChat } from '../../../server/create-chat.js';
import { testChat } from '../../../server/testing/chat/test-chat.js';

const find = (rule: WordRule, text: string) =>
  createWordFinder(rule)
    .find(fold(text))
    .map(({ word }) => word);

describe('words', () => {
  it.each([
    ['in any case', 'Damn'],
    ['with diacritics', 'dàm̈n'],
    ['in letters of other alphabets that look like them', 'dаmn'],
    ['full width', 'ｄａｍｎ'],
    ['in mathematical letters', '𝐝𝐚𝐦𝐧'],
    ['with something invisible within', 'da\u200bm\u00adn'],
  ])('are found %s', (_how, text) => {
    expect(find({ words: ['damn'] }, `well, ${text}!`)).toEqual(['damn']);
  });

  it('are not found in other words unless the rule says so', () => {
    expect(find({ words: ['ass'] }, 'a class of grass')).toEqual([]);
    expect(find({ words: ['ass'], match: 'anywhere', except: ['class'] }, 'a class of grass')).toEqual(['ass']);
  });

  it('are found where a script has no spaces', () => {
    expect(find({ words: ['馬鹿'] }, 'あの馬鹿野郎')).toEqual(['馬鹿']);
  });

  it('may be phrases, over any spaces', () => {
    expect(find({ words: ['free money'] }, 'FREE \n  money now')).toEqual(['free money']);
  });

  it('are masked by one star for each character that is seen', () => {
    const text = 'so da\u200bmn good';
    expect(mask(text, createWordFinder({ words: ['damn'] }).find(fold(text)))).toBe('so **** good');
  });

  it('take time in proportion to the text, however many there are', () => {
    const words = Array.from({ length: 20_000 }, (_none, number) => `a`.repeat(number % 40) + `b${number}`);
    const finder = createWordFinder({ words, match: 'anywhere' });
    const started = performance.now();
    finder.find(fold('a'.repeat(8_000)));
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('links', () => {
  const hosts = (text: string) => createLinkFinder({ allow: ['good.example'] }).find([text], []);

  it.each([
    ['https://bad.example/x', 'bad.example'],
    ['bad.com', 'bad.com'],
    ['HTTP://user@Bad.Example:81', 'bad.example'],
    ['bad。com', 'bad.com'],
    ['ba\u200bd.com', 'bad.com'],
    ['http://xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ])('%j leads to %s', (text, host) => {
    expect(hosts(text)).toContain(host);
  });

  it('to what is allowed and below it may be said', () => {
    expect(hosts('https://good.example and www.good.example/x')).toEqual([]);
    expect(hosts('https://notgood.example')).toEqual(['notgood.example']);
  });
});

describe('options', () => {
  it.each([
    [{ wrods: [] }, 'moderation.wrods'],
    [{ words: { words: ['x'], action: 'delete' } }, 'moderation.words.0.action'],
    [{ words: [{ words: ['x'] }, { words: [''] }] }, 'moderation.words.1.words'],
    [{ links: { allow: [], deny: [] } }, 'moderation.links.0'],
    [{ flood: { messages: { count: 0, perMs: 1 } } }, 'moderation.flood.messages'],
    [{ verdict: 'ask' }, 'moderation.verdict'],
    [{ verdictMs: 0 }, 'moderation.verdictMs'],
    [{ withoutVerdict: 'shadow' }, 'moderation.withoutVerdict'],
    [{ tell: 'all' }, 'moderation.tell'],
    [{ keepDays: -1 }, 'moderation.keepDays'],
  ])('%j are refused by the name of %s', (options, name) => {
    expect(() => resolveOptions(options as object)).toThrow(name);
  });

  it('a domain that is none is refused when the chat is built', async () => {
    const made = testChat((base) => createChat({ ...base, plugins: [moderation({ links: { deny: ['no domain'] } })] }));
    await expect(made).rejects.toThrow('moderation.links.0');
  });
});
