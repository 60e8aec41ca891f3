import assert from 'node:assert/strict';
import type { Page } from '@confab/shared';

/** A list read to its end, page by page; every page but the last must hold as many as were asked for. */
export async function itemsOf<Item>(
  limit: number,
  read: (page: { readonly limit: number; readonly cursor: string | undefined }) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  const cursors = new Set<string>();
  for (let cursor: string | undefined; ;) {
    const page = await read({ limit, cursor });
    items.push(...page.items);
    if (page.nextCursor === null) {
      assert.ok(page.items.length <= limit, `${page.items.length} items in a page of ${limit}`);
      return items;
    }
    assert.equal(page.items.length, limit, 'a page that is not the last is not full');
    assert.ok(!cursors.has(page.nextCursor), 'the pages go round in circles');
    cursors.add(page.nextCursor);
    cursor = page.nextCursor;
  }
}

/** Fails unless the ids come in this order; those in an inner list rank alike and may come in any. */
export function assertOrder(ids: readonly string[], order: readonly (string | readonly string[])[]): void {
  const expected = order.map((one) => (typeof one === 'string' ? [one] : one));
  let first = 0;
  for (const alike of expected) {
    const found = ids.slice(first, first + alike.length);
    assert.deepEqual(found.toSorted(), alike.toSorted(), `not in order: ${ids.join(', ')}`);
    first += alike.length;
  }
  assert.equal(ids.length, first, `too many: ${ids.join(', ')}`);
}
