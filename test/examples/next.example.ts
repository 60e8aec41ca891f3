import { expect, test } from 'vitest';
import { visit } from './visit.js';

await visit('next', 'sqlite', (place) => {
  test('renders rooms on the server, from the same chat', async () => {
    const credentials = await place.join('ada');
    const ada = place.enter(credentials);
    await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Rendered there' });
    const page = await fetch(place.host.url, { headers: { ...credentials } });
    expect(await page.text()).toContain('Rendered there');
  });
});
