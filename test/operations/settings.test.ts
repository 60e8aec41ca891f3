import { expect, test } from 'vitest';
import { resolveSettings } from '../../server/settings.js';

test('settings are frozen all through, and what the host passed is left alone', () => {
  const input = { maxMembers: { group: 5 }, mime: ['image/png'], limits: { sends: { perSecond: 1, burst: 1 } } };
  const settings = resolveSettings(input);
  const parts = [settings, settings.limits, settings.limits.sends, settings.limits.mutations, settings.maxMembers];
  for (const part of [...parts, settings.retention, settings.mime, settings.urlSchemes]) {
    expect(Object.isFrozen(part)).toBe(true);
  }
  expect(settings.maxMembers).toEqual({ group: 5, channel: 300 });
  for (const part of [input, input.maxMembers, input.mime, input.limits, input.limits.sends]) {
    expect(Object.isFrozen(part)).toBe(false);
  }
});

test('an unknown setting is named', () => {
  const misspelt = { limits: { pages: 5 } } as object;
  expect(() => resolveSettings(misspelt)).toThrow('settings.limits.pages: there is no such setting.');
});
