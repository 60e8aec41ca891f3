import { expect, test } from 'vitest';
import { visit } from './visit.js';

await visit('node-http', 'sqlite', (place) => {
  test('is talked to by its own client, typed by its router', async () => {
    const printed = await place.host.run('client', ['grace', 'a long password']);
    expect(printed).toContain('grace: I ordered 2 × tea.');
    expect(await place.host.run('client', ['grace', 'a long password'])).toContain('Somebody else has this name.');
  });
});
