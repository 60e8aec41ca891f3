/** A page of any list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Hand it back as `cursor`; `null` at the end. */
  readonly nextCursor: string | null;
}
