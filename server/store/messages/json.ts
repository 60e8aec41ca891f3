import type { InputJsonArray } from '@prisma/client/runtime/client';

/** Rows that were checked to be plain JSON on their way in, as a column takes them. */
export function jsonArray(value: readonly unknown[]): InputJsonArray {
  return value as InputJsonArray;
}
